/* The report page is whole without this. With it: the bar counts the filled cells, one change is not both
   liked most and liked least, and words that were not given yet are not lost by accident. */
"use strict";

for (const form of document.querySelectorAll("form[data-report]")) {
  const marks = form.querySelectorAll(".mini i");
  const words = form.querySelector(".mini-words");
  const sayings = words?.dataset.words?.split("|") ?? [];
  let touched = false;

  const isFilled = (cell) =>
    [...form.querySelectorAll(`[data-cell="${cell}"]`)].some((input) =>
      input.type === "radio" || input.type === "checkbox"
        ? input.checked && input.value !== ""
        : input.value.trim() !== "",
    );

  const count = () => {
    const filled = ["mood", "most", "least", "next"].filter(isFilled).length;
    marks.forEach((mark, place) => mark.classList.toggle("on", place < filled));
    if (sayings[filled]) words.textContent = sayings[filled];
  };

  const letGo = (name) => {
    const none = form.querySelector(`input[name="${name}"][value=""]`);
    if (none) none.checked = true;
    else for (const input of form.querySelectorAll(`input[name="${name}"]`)) input.checked = false;
  };

  const isChosen = (name, change) =>
    form.querySelector(`input[name="${name}"]:checked`)?.dataset.change === change;

  form.addEventListener("change", ({ target }) => {
    const { change } = target.dataset;
    if (change && target.checked) {
      if (target.name === "untried") {
        for (const name of ["most", "least"]) if (isChosen(name, change)) letGo(name);
      } else {
        const other = target.name === "most" ? "least" : "most";
        if (isChosen(other, change)) letGo(other);
        const untried = form.querySelector(`input[name="untried"][data-change="${change}"]`);
        if (untried) untried.checked = false;
      }
    }
    count();
  });
  form.addEventListener("input", () => {
    touched = true;
    count();
  });
  form.addEventListener("submit", () => {
    touched = false;
  });
  window.addEventListener("beforeunload", (leaving) => {
    if (touched) leaving.preventDefault();
  });
  // A browser that brings the page back brings its choices back as well.
  window.addEventListener("pageshow", count);
  count();
}
