/** The chosen video as a still picture, where the browser can decode it; nothing leaves the device for it. */

import { h } from "./dom.ts";

/** Hidden until there is a picture. `gone` frees the file. */
export function createPreview(file: File, gone: AbortSignal): HTMLElement {
  const address = URL.createObjectURL(file);
  const video = h("video", { class: "preview", muted: true, playsinline: true, preload: "metadata", hidden: true, tabindex: -1, "aria-hidden": "true" });
  // The very first frame is often black.
  video.addEventListener("loadedmetadata", () => (video.currentTime = Math.min(1, video.duration / 3)), { once: true });
  video.addEventListener("seeked", () => (video.hidden = false), { once: true });
  gone.addEventListener("abort", () => {
    video.removeAttribute("src");
    URL.revokeObjectURL(address);
  }, { once: true });
  video.src = address;
  return video;
}
