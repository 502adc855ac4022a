/* A page with a part that is alive is whole without this. With it: where a door tells of news, the part
   is fetched again by the page's own address as soon as there is some; where none does, now and then
   while somebody looks. What is being written in it is left alone. */
"use strict";

const SOONEST = 4_000;
const LATEST = 60_000;
const AWAY = 60_000;
// Between polls, how often a door is looked for once more.
const POLLS = 10;

const part = document.querySelector("[data-live]");

if (part) {
  const news = document.querySelector("[data-news]");
  const held = document.querySelector("[data-held]");
  const address = new URL(part.dataset.live, location.href);
  let source = null;
  let since = address.searchParams.get("since");
  let pause = SOONEST;
  let polls = 0;
  let timer = 0;
  let leaving = 0;
  let waiting = null;

  const isBusy = () =>
    part.contains(document.activeElement) ||
    [...part.querySelectorAll("textarea")].some((one) => one.value !== one.defaultValue);

  const put = (fresh) => {
    part.replaceChildren(...fresh.childNodes);
    news.textContent = part.dataset.told;
    held.hidden = true;
    waiting = null;
  };

  const said = (one) => one.textContent.replace(/\s+/g, " ");

  /* Fetch the page and take its part; returns whether it says something else now. */
  const refresh = async () => {
    let answer;
    try {
      answer = await fetch(location.pathname + location.search, { cache: "no-cache" });
    } catch {
      return false;
    }
    if (!answer.ok || answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(part.id);
    if (!fresh || said(fresh) === said(waiting ?? part)) return false;
    if (isBusy()) {
      waiting = fresh;
      held.hidden = false;
      news.textContent = part.dataset.told;
    } else {
      put(fresh);
    }
    // A permit is good for some hours; the page has a new one.
    address.search = new URL(fresh.dataset.live, location.href).search;
    return true;
  };

  const poll = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (document.hidden) return;
      pause = (await refresh()) ? SOONEST : Math.min(pause * 1.5, LATEST);
      polls += 1;
      if (polls % POLLS) poll();
      else follow();
    }, pause * (0.8 + Math.random() * 0.4));
  };

  const follow = () => {
    source?.close();
    clearTimeout(timer);
    address.searchParams.set("since", since);
    source = new EventSource(address);
    source.addEventListener("news", (told) => {
      since = told.data;
      // Not all at the same moment.
      setTimeout(refresh, Math.random() * 200);
    });
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      source = null;
      poll();
    });
  };

  held.querySelector("button").addEventListener("click", () => {
    if (waiting) put(waiting);
    part.tabIndex = -1;
    part.focus();
  });

  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) {
      // Whoever looks elsewhere for long leaves their place to others.
      leaving = setTimeout(() => {
        source?.close();
        source = null;
      }, AWAY);
    } else if (!source) {
      pause = SOONEST;
      refresh();
      follow();
    }
  });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (back) => {
    if (back.persisted) follow();
  });
  follow();
}
