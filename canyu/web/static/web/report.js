/* The report page is whole without this. With it: the bar counts the filled cells, one change is not both
   liked most and liked least, words that were not given yet are not lost by accident, and a report goes
   through the hot door: it is kept in this browser until the server says that it is on disk. */
"use strict";

const MOST_WAIT = 60_000;

/* What was given but is not acknowledged, by the release and the member that it is of. */
const unsent = {
  name: (release) => `canyu-report-${release}`,
  read(release) {
    try {
      return JSON.parse(localStorage.getItem(this.name(release)));
    } catch {
      return null;
    }
  },
  keep(release, report) {
    try {
      localStorage.setItem(this.name(release), JSON.stringify(report));
      return true;
    } catch {
      // Private windows and full stores: it is still in the page.
      return false;
    }
  },
  forget(release) {
    try {
      localStorage.removeItem(this.name(release));
    } catch {
      // Then it was never kept.
    }
  },
};

/* One try. Returns what came of it, and after how long to ask again where nothing was decided. */
const knock = async (address, report) => {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify(report),
      credentials: "omit",
    });
  } catch {
    return { again: 2_000 };
  }
  if (answer.ok) return { done: true };
  if (answer.status === 429 || answer.status >= 500) {
    return { again: 1_000 * (Number(answer.headers.get("Retry-After")) || 2) };
  }
  const told = await answer.json().catch(() => ({}));
  return { refused: told.detail ?? answer.statusText };
};

/* Until the next try, or until the network comes back. Spread out, or all would come back at once. */
const pause = (milliseconds) =>
  new Promise((wake) => {
    const rest = setTimeout(wake, milliseconds * (0.5 + Math.random()));
    addEventListener(
      "online",
      () => {
        clearTimeout(rest);
        wake();
      },
      { once: true },
    );
  });

const send = async (address, report, onWait) => {
  for (let tries = 0; ; tries += 1) {
    const came = await knock(address, report);
    if (!came.again) return came;
    onWait();
    await pause(Math.min(came.again * 2 ** Math.min(tries, 5), MOST_WAIT));
  }
};

const number = (value) => (value ? Number(value) : null);

const reportIn = (form) => {
  const given = new FormData(form);
  const best = number(given.get("most"));
  const worst = number(given.get("least"));
  return {
    token: given.get("token"),
    mood: given.get("mood") ?? "",
    best,
    worst,
    untried: given.getAll("untried").map(Number),
    wanted_item: number(given.get("next")),
    wanted: given.get("next_words") ?? "",
    why_best: (best && given.get(`why_most-${best}`)) || "",
    why_worst: (worst && given.get(`why_least-${worst}`)) || "",
    base_revision: number(given.get("revision")) ?? 0,
    edited: Date.now(),
  };
};

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

  const { door, thanks, kept, open } = form.dataset;
  const release = `${form.dataset.release}-${form.dataset.member}`;
  const state = form.querySelector("[data-sending]");
  const button = form.querySelector("button[type=submit]");
  let sending = false;

  const deliver = async (report) => {
    sending = true;
    button.setAttribute("aria-disabled", "true");
    const isKept = unsent.keep(release, report);
    const came = await send(door, report, () => {
      state.hidden = false;
      state.textContent = isKept ? kept : open;
    });
    sending = false;
    button.removeAttribute("aria-disabled");
    unsent.forget(release);
    touched = false;
    if (came.done) {
      location.assign(thanks);
      return;
    }
    state.hidden = false;
    state.textContent = came.refused;
    state.setAttribute("role", "alert");
  };

  form.addEventListener("submit", (giving) => {
    if (!door) return;
    giving.preventDefault();
    if (!sending) deliver(reportIn(form));
  });
  window.addEventListener("beforeunload", (leaving) => {
    // What is kept here is sent when this page is opened again.
    if (touched && !(sending && unsent.read(release))) leaving.preventDefault();
  });
  // A browser that brings the page back brings its choices back as well.
  window.addEventListener("pageshow", count);
  count();
  const left = door && unsent.read(release);
  if (left) deliver(left);
}
