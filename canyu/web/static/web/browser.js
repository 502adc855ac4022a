/* Being told at once in this browser. Nothing is asked before the press. */
"use strict";

const place = document.querySelector("[data-browser]");

if (place) {
  const form = place.querySelector("form");
  const button = form.querySelector("button[type=submit]");

  const show = (...names) => {
    for (const one of place.querySelectorAll("[data-state]")) {
      one.hidden = !names.includes(one.dataset.state);
    }
  };

  const turn = (isOn) => {
    for (const one of form.querySelectorAll("[data-when]")) {
      one.hidden = (one.dataset.when === "on") !== isOn;
    }
    show(...(isOn ? ["on"] : []));
  };

  const bytesOf = (words) => {
    const plain = atob(words.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  };

  const isOurs = (subscription) => {
    const key = subscription.options?.applicationServerKey;
    if (!key) return true;
    const ours = bytesOf(place.dataset.key);
    return new Uint8Array(key).every((one, at) => one === ours[at]);
  };

  const current = async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    return (await registration?.pushManager.getSubscription()) ?? null;
  };

  const subscribe = async () => {
    await navigator.serviceWorker.register(place.dataset.worker, { scope: "/" });
    const { pushManager } = await navigator.serviceWorker.ready;
    const before = await pushManager.getSubscription();
    if (before && isOurs(before)) return before;
    // Made for another key than ours of today: nothing could be sent to it.
    await before?.unsubscribe();
    return pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(place.dataset.key),
    });
  };

  const tell = async (subscription) => {
    const told = new FormData(form);
    const { endpoint, keys } = subscription.toJSON();
    told.set("endpoint", endpoint);
    told.set("public_key", keys.p256dh);
    told.set("auth", keys.auth);
    told.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
    return fetch(place.dataset.browser, { method: "POST", body: told });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        show(Notification.permission === "denied" ? "denied" : "");
        return;
      }
      const answer = await tell(await subscribe());
      if (answer.ok) {
        location.reload();
        return;
      }
      const refused = place.querySelector("[data-state=refused] span");
      refused.textContent = (await answer.json()).detail;
      show("refused");
    } catch {
      show("failed");
    } finally {
      button.disabled = false;
    }
  });

  const begin = async () => {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
      show("cannot");
      return;
    }
    if (Notification.permission === "denied") {
      show("denied");
      return;
    }
    const subscription = await current().catch(() => null);
    form.hidden = false;
    turn(place.dataset.isOn === "yes" && Boolean(subscription) && isOurs(subscription));
  };

  begin();
}
