/* A card's page is whole without this: the address stands in a field, to be copied by hand. */
"use strict";

const told = document.getElementById("card-told");

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without https there is no clipboard of that kind; what is selected can be copied by hand.
      if (!document.execCommand("copy")) return;
    }
    told.textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    // Whoever changes their mind has shared nothing, and is told nothing.
    navigator.share({ url: button.dataset.share, title: button.dataset.title }).catch(() => {});
  });
}
