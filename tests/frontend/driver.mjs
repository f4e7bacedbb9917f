// Drives Chromium for the Python tests: one JSON command a line in, one JSON answer a line out.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import chromiumPack from "@sparticuz/chromium";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";

// The pack is made for cloud functions; a test needs the browser's own rules in force.
const LOOSENS = /^--(disable-web-security|allow-running-insecure-content|disable-site-isolation-trials|single-process|no-zygote)/;
const LOOK_MS = 40;
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

const browser = await chromium.launch({
  executablePath: await chromiumPack.executablePath(),
  args: [...chromiumPack.args.filter((flag) => !LOOSENS.test(flag)), "--autoplay-policy=no-user-gesture-required"],
});
const pages = new Map();

async function downloaded(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

const commands = {
  async open({ url, patience, ...options }) {
    const context = await browser.newContext({ acceptDownloads: true, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const entry = { page, patience, errors: [], responses: [] };
    page.on("pageerror", (error) => entry.errors.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) entry.errors.push(message.text());
    });
    page.on("response", (response) => entry.responses.push(response));
    pages.set(pages.size, entry);
    await page.goto(url);
    return pages.size - 1;
  },
  close: ({ page }) => page.context().close(),
  goto: ({ page, url }) => page.goto(url).then(() => null),
  reload: ({ page }) => page.reload().then(() => null),
  locate: ({ page, selector, method, args }) => page.locator(selector)[method](...args),
  async drag({ page, selector, start, end }) {
    await page.locator(selector).scrollIntoViewIfNeeded();
    const box = await page.locator(selector).boundingBox();
    const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
    await page.mouse.move(...at(start));
    await page.mouse.down();
    await page.mouse.move(...at(end), { steps: 5 });
    await page.mouse.up();
  },
  async hold({ page, selector }) {
    await page.locator(selector).hover();
    await page.mouse.down();
  },
  release: ({ page }) => downloaded(page, () => page.mouse.up()),
  evaluate: ({ page, script, argument }) => page.evaluate(`(${script})(${JSON.stringify(argument ?? null)})`),
  // Not waitForFunction: it evaluates inside the page, which the page's policy forbids.
  async until({ page, patience, script, argument }) {
    const expression = `(${script})(${JSON.stringify(argument ?? null)})`;
    for (const deadline = Date.now() + patience; !(await page.evaluate(expression)); await pause(LOOK_MS)) {
      if (Date.now() > deadline) throw new Error(`never true: ${expression}`);
    }
  },
  screenshot: ({ page, path }) => page.screenshot({ path, fullPage: true, animations: "disabled" }).then(() => null),
  download: ({ page, selector }) => downloaded(page, () => page.locator(selector).click()),
  theme: ({ page, dark }) => page.emulateMedia({ colorScheme: dark ? "dark" : "light" }),
  async audit({ page, colours }) {
    await page.evaluate(AXE);
    const found = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly }), colours ? COLOUR_RULES : RULES);
    return found.violations.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${node.any.map((check) => check.message).join(" ")}`));
  },
  errors: ({ errors }) => errors,
  /** Which of `needles` the page received, in a body, a header or an address. */
  async received({ responses, needles }) {
    const found = new Set();
    for (const response of responses) {
      const body = await response.body().catch(() => Buffer.alloc(0));
      const headers = JSON.stringify(await response.allHeaders().catch(() => ({})));
      for (const needle of needles) {
        if (body.includes(needle) || headers.includes(needle) || response.url().includes(needle)) found.add(needle);
      }
    }
    return { responses: responses.length, found: [...found] };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, page, ...parameters } = JSON.parse(line);
  const entry = page === undefined ? {} : pages.get(page);
  try {
    const value = await commands[command]({ ...parameters, ...entry });
    process.stdout.write(`${JSON.stringify({ value: value ?? null })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  }
}
await browser.close();
