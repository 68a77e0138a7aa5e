// The public portal as a citizen meets it: every section at two widths, a draw verified in the browser, a changed one refused, and all of it readable without scripts.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, root, startSite } from "./site.mjs";

const pictures = join(root, "docs", "guide", "images");
const files = ["candidates.tsv", "order.json", "reveals.json", "result.json"];
const sections = ["items", "plans", "announcements", "draws", "results", "penalties", "hazards", "discredit", "reports", "algorithm"];
const widths = [{ width: 1280, height: 900 }, { width: 390, height: 844 }];
let site, browser, draw;

before(async () => {
    mkdirSync(pictures, { recursive: true });
    site = await startSite();
    browser = await openBrowser();
    const { page } = await open("/portal/draws");
    const row = page.locator("tbody tr", { hasText: "已抽取" }).filter({ hasText: "检查对象" });
    draw = await row.locator("a").first().getAttribute("href");
    await page.close();
}, { timeout: 900_000 });

after(async () => {
    await browser?.close();
    await site?.stop();
});

async function open(path, options = {}) {
    const page = await browser.newPage({ viewport: widths[0], locale: "zh-CN", timezoneId: "Asia/Shanghai", ...options });
    const faults = [];
    page.on("console", message => { if (message.type() === "error") faults.push(message.text()); });
    page.on("pageerror", error => faults.push(error.message));
    page.on("request", request => { if (/^(https?|wss?):/.test(request.url()) && new URL(request.url()).host !== new URL(site.url).host) faults.push(`request to ${request.url()}`); });
    await page.goto(site.url + path);
    return { page, faults };
}

const verdict = async page => {
    await page.locator("#verify-out[data-ok]").waitFor({ timeout: 60_000 });
    return { ok: await page.locator("#verify-out").getAttribute("data-ok"), text: await page.locator(".pt-verdict").textContent(), steps: await page.locator(".pt-steps li").count() };
};

for (const viewport of widths) {
    test(`every section fits ${viewport.width} pixels and faults nothing`, { timeout: 180_000 }, async () => {
        for (const path of ["", ...sections.map(s => `/${s}`)]) {
            const { page, faults } = await open(`/portal${path}`, { viewport });
            assert.equal(await page.locator("h1").count(), 1, path);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${path} is wider than the screen`);
            if (["", "/draws", "/results"].includes(path)) await page.screenshot({ path: join(pictures, `portal${path.replace("/", "-") || "-home"}-${viewport.width}.png`) });
            await page.close();
            assert.deepEqual(faults, [], path);
        }
    });
}

test("a draw is verified in the browser, asking the server for its four files and nothing else", { timeout: 120_000 }, async () => {
    for (const viewport of widths) {
        const { page, faults } = await open(draw, { viewport });
        const asked = [];
        page.on("request", request => asked.push(new URL(request.url()).pathname.split("/").pop()));
        await page.locator("#verify-run").focus();
        await page.keyboard.press("Enter");
        const found = await verdict(page);
        assert.deepEqual([found.ok, found.steps], ["true", 6], found.text);
        assert.match(found.text, /^核验通过/);
        assert.deepEqual(asked, files);
        await page.locator("#verify").scrollIntoViewIfNeeded();
        await page.screenshot({ path: join(pictures, `portal-verified-${viewport.width}.png`) });
        await page.close();
        assert.deepEqual(faults, []);
    }
});

test("a published file that was changed is refused, and the first difference is named", { timeout: 120_000 }, async () => {
    const { page } = await open(draw);
    await page.route("**/files/result.json", async route => {
        const answer = await route.fetch();
        const result = await answer.json();
        const [first, second] = result.order[0].drawn.length > 1 ? result.order[0].drawn : [result.order[0].drawn[0], result.order[0].reserves[0]];
        const swapped = JSON.stringify(result).replace(first, "@").replace(second, first).replace("@", second);
        await route.fulfill({ response: answer, body: swapped });
    });
    await page.click("#verify-run");
    const found = await verdict(page);
    assert.equal(found.ok, "false");
    assert.match(found.text, /^核验不通过。第一处不符：抽取结果与候补顺序——层 .+ 的抽中第 1 位应是 /);
    assert.equal(await page.locator(".pt-ok").count(), 5);
    await page.locator("#verify").scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(pictures, "portal-refused-1280.png") });
    await page.close();
});

test("the reader's own copies are verified, and a copy with a candidate taken out is refused", { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "dr-own-"));
    const { page } = await open(draw);
    for (const name of files) writeFileSync(join(folder, name), Buffer.from(await (await fetch(`${site.url}${draw}/files/${name}`)).arrayBuffer()));
    const own = () => page.locator("#verify-own").setInputFiles(files.map(name => join(folder, name)));
    await own();
    assert.equal((await verdict(page)).ok, "true");

    const list = Buffer.from(await (await fetch(`${site.url}${draw}/files/candidates.tsv`)).arrayBuffer()).toString("utf8").split("\n");
    writeFileSync(join(folder, "candidates.tsv"), list.slice(1).join("\n"));
    await page.locator("#verify-own").setInputFiles([]);
    await own();
    await page.locator(".pt-verdict-bad").waitFor();
    assert.match(await page.locator(".pt-verdict").textContent(), /第一处不符：候选名单与抽取令一致/);
    rmSync(folder, { recursive: true });
    await page.close();
});

test("without scripts everything is readable, and the page says what needs them", { timeout: 120_000 }, async () => {
    const { page } = await open(draw, { javaScriptEnabled: false });
    assert.ok(await page.getByText("在浏览器中核验需要 JavaScript").isVisible());
    assert.equal(await page.locator("#verifier").isVisible(), false);
    assert.ok(await page.getByRole("link", { name: "candidates.tsv" }).isVisible());
    await page.fill("#q-head", "公示");
    await page.press("#q-head", "Enter");
    assert.match(page.url(), /\/portal\/search\?q=/);
    await page.close();
});

test("the explanation for citizens prints on one page", { timeout: 60_000 }, async () => {
    const { page } = await open("/portal/algorithm");
    await page.screenshot({ path: join(pictures, "portal-algorithm-1280.png"), fullPage: true });
    const pdf = (await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
    assert.equal(pdf.match(/\/Type\s*\/Page[^s]/g).length, 1);
    await page.close();
});

test("the first press of Tab leads past the heading", { timeout: 60_000 }, async () => {
    const { page } = await open("/portal/results");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "跳到正文");
    await page.keyboard.press("Enter");
    assert.match(page.url(), /\/portal\/results#main$/);
    await page.close();
});
