/* The page of a new topic is whole without this: then topics that say the same are shown once before
   one is posted. With it they come while somebody types. */
"use strict";

const PAUSE = 250;
const form = document.querySelector("form[data-alike]");

if (form) {
  const title = form.elements.namedItem("title");
  const place = document.getElementById("alike");
  const told = document.getElementById("alike-told");
  let waiting = 0;
  let asking = null;
  let isShown = false;
  let asked = title.value.trim();

  const knock = (more, stop) => {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "look"]) {
      body.append(name, form.elements.namedItem(name).value);
    }
    for (const [name, value] of Object.entries(more)) body.append(name, value);
    return fetch(form.dataset.alike, { method: "POST", body, signal: stop, keepalive: !stop });
  };

  const addresses = (within) => [...within.querySelectorAll("a")].map((link) => link.pathname).join();

  const show = (page, text) => {
    const found = new DOMParser().parseFromString(page, "text/html").body;
    // Whoever is in the list already keeps their place, and hears nothing that they know.
    if (addresses(found) !== addresses(place) && !place.contains(document.activeElement)) {
      const said = found.querySelector("#alike-count");
      told.textContent = said?.textContent ?? "";
      place.replaceChildren(...found.childNodes);
      place.hidden = !said;
    }
    isShown ||= !place.hidden;
    // What was looked up for this line need not be asked again before it is posted.
    form.elements.namedItem("seen").value = text;
  };

  const ask = async () => {
    const text = title.value.trim();
    if (text === asked) return;
    asked = text;
    asking?.abort();
    const stop = new AbortController();
    asking = stop;
    try {
      const answer = await knock({ title: text, ...(isShown && { shown: "1" }) }, stop.signal);
      if (answer.ok && !answer.redirected) show(await answer.text(), text);
    } catch {
      // Typed on, or no network: then they are shown before it is posted.
      if (asking === stop) asked = "";
    }
  };

  title.addEventListener("input", (event) => {
    // While a Chinese word is being chosen, what stands there are letters.
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  title.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  place.addEventListener("click", (event) => {
    if (event.target.closest("a")) knock({ opened: "1" });
  });
}
