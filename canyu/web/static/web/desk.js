/* A desk by keys. The page is whole without this: every line's links are reached by Tab. */
"use strict";

const lines = [...document.querySelectorAll(".desk-line")];

const go = (from, step) => {
  const at = from < 0 && step < 0 ? 0 : Math.min(Math.max(from + step, 0), lines.length - 1);
  lines[at].querySelector("[data-open]").focus();
  lines[at].scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (!lines.length || event.target.closest("input, textarea, select")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = lines.indexOf(event.target.closest(".desk-line"));
  if (event.key === "j" || (event.key === "ArrowDown" && at >= 0)) go(at, 1);
  else if (event.key === "k" || (event.key === "ArrowUp" && at >= 0)) go(at, -1);
  else if (event.key === "a" && at >= 0) lines[at].querySelector("[data-act]").click();
  else return;
  event.preventDefault();
});
