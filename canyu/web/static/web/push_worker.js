/* Kept by the browser: shows a notice that came, and opens its page when it is pressed. */
"use strict";

self.addEventListener("push", (event) => {
  const told = event.data?.json();
  if (!told) return;
  event.waitUntil(
    self.registration.showNotification(told.title, {
      body: told.body,
      lang: told.language,
      // A repeat takes the place of the first.
      tag: told.tag,
      data: { href: told.href },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(event.notification.data?.href ?? "/", self.location.origin);
  // Only pages of ours are opened.
  if (page.origin !== self.location.origin) return;
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window" });
      const there = open.find((one) => one.url === page.href);
      return there ? there.focus() : self.clients.openWindow(page.href);
    })(),
  );
});

// A newer script takes the place of an older one at once: neither holds anything.
self.addEventListener("install", () => self.skipWaiting());
