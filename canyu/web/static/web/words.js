/* Words from elsewhere by keys, and answers by one tap. The pages are whole without this. */
"use strict";

const words = [...document.querySelectorAll(".word")];
let at = -1;

const go = (step) => {
  at = Math.min(Math.max(at + step, 0), words.length - 1);
  words[at].tabIndex = -1;
  words[at].focus();
  words[at].scrollIntoView({ block: "nearest" });
};

if (words.length) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const own = event.target.closest(".word");
    if (own) at = words.indexOf(own);
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (at >= 0 && event.key === "t") words[at].querySelector("input[type=checkbox]")?.click();
    else if (at >= 0) words[at].querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
