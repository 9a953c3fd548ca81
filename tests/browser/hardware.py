"""The devices of a browser under a test's control: which are plugged in, what was asked of them, and which still run."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

#: Two cameras, as a person with a laptop and a webcam has them; microphones and speakers are three each already.
TWO_CAMERAS = "--use-fake-device-for-media-stream=device-count=2"

#: Notes every request and its tracks, hides the devices named in ``hidden``, and refuses what ``refused`` names.
HARDWARE = """
(() => {
  const hardware = (window.__hardware = { asked: [], tracks: [], sinks: [], volumes: [], hidden: [], refused: [] });
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media), list = media.enumerateDevices.bind(media);
  const gone = (device) => hardware.hidden.includes(device.label);
  media.enumerateDevices = async () => (await list()).filter((device) => !gone(device));
  media.getUserMedia = async (wanted) => {
    hardware.asked.push(JSON.parse(JSON.stringify(wanted)));
    for (const kind of hardware.refused) if (wanted[kind]) throw new DOMException('Permission denied', 'NotAllowedError');
    const id = wanted.audio?.deviceId?.exact ?? wanted.audio?.deviceId ?? wanted.video?.deviceId?.exact;
    if (id && (await list()).some((device) => device.deviceId === id && gone(device))) {
      throw new DOMException('Requested device not found', 'NotFoundError');
    }
    const stream = await ask(wanted);
    hardware.tracks.push(...stream.getTracks());
    return stream;
  };
  const sink = HTMLMediaElement.prototype.setSinkId;
  HTMLMediaElement.prototype.setSinkId = function (id) { hardware.sinks.push(id); return sink.call(this, id); };
  const loud = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'volume');
  Object.defineProperty(HTMLMediaElement.prototype, 'volume', {
    ...loud, set(volume) { hardware.volumes.push(volume); loud.set.call(this, volume); },
  });
  hardware.unplug = (label) => {
    hardware.hidden.push(label);
    for (const track of hardware.tracks) {
      if (track.label !== label || track.readyState !== 'live') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    media.dispatchEvent(new Event('devicechange'));
  };
  hardware.plug = (label) => {
    hardware.hidden = hardware.hidden.filter((name) => name !== label);
    media.dispatchEvent(new Event('devicechange'));
  };
})();
"""


def tracks(page: Page, kind: str) -> list[dict[str, Any]]:
    """Those that still run, the newest last: ``{label, enabled}``."""
    return page.evaluate(
        """(kind) => __hardware.tracks.filter((t) => t.kind === kind && t.readyState === 'live')
             .map(({ label, enabled }) => ({ label, enabled }))""",
        kind,
    )


def asked(page: Page, kind: str) -> dict[str, Any]:
    """What was asked of the browser last."""
    return page.evaluate("(kind) => __hardware.asked.filter((wanted) => wanted[kind]).at(-1)[kind]", kind)
