// What staff do all day, without a mouse where it matters and on a telephone's width: sign in, read the inbox, do a piece of work, read the case.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage, root, startSite } from "./site.mjs";

const pictures = join(root, "docs", "guide", "images");
const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
let site, browser;

before(async () => {
    mkdirSync(pictures, { recursive: true });
    site = await startSite("2026-04-10");
    browser = await openBrowser();
}, { timeout: 600_000 });

after(async () => {
    await browser?.close();
    await site?.stop();
});

const picture = (page, name, fullPage = false) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage });

/** Everybody's first page, the one with the most to do first. */
async function busiest(viewport = desk) {
    let best;
    for (const person of site.people) {
        const opened = await openPage(browser, site, person, "/inbox", viewport);
        const items = await opened.page.locator("td.lead a").count();
        if (!best || items > best.items) { await best?.page.close(); best = { ...opened, person, items }; } else await opened.page.close();
        if (best.items >= 5) break;
    }
    return best;
}

/** Fills every field that must be filled, as a person would who knows nothing better. */
async function fillRequired(page) {
    for (const field of await page.locator("form.work .field").all()) {
        if (await field.locator(".need").count() === 0) continue;
        if (await field.locator("table.entry").count() > 0) continue;
        const radio = field.locator("input[type=radio]");
        if (await radio.count() > 0) { if (await field.locator("input[type=radio]:checked").count() === 0) await radio.first().check(); continue; }
        const box = field.locator("input[type=checkbox]");
        if (await box.count() > 0) { if (await field.locator("input[type=checkbox]:checked").count() === 0) await box.first().check(); continue; }
        const select = field.locator("select");
        if (await select.count() > 0) { if (!await select.first().inputValue()) await select.first().selectOption({ index: 1 }); continue; }
        const input = field.locator("input, textarea").first();
        if (await input.count() === 0 || await input.inputValue()) continue;
        const type = await input.getAttribute("type");
        await input.fill(type === "date" ? "2026-10-30" : type === "time" ? "09:30" : await input.getAttribute("inputmode") ? "1" : "情况属实，同意办理。");
    }
}

test("a wrong password is told in Chinese, the right one leads to the inbox", { timeout: 60_000 }, async () => {
    const page = await browser.newPage({ viewport: desk, locale: "zh-CN" });
    await page.goto(`${site.url}/signin`);
    await page.fill("#userName", site.people[0].userName);
    await page.fill("#password", "not-the-password");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("用户名或口令不对").waitFor();
    await page.fill("#password", site.people[0].password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${site.url}/inbox`);
    assert.match(await page.locator(".demo-bar").innerText(), /演示数据/);
    await page.close();
});

test("a work item is opened, refused where it is empty, and done", { timeout: 120_000 }, async () => {
    const { page, faults, items } = await busiest();
    assert.ok(items > 0, "nobody has anything to do");
    await picture(page, "inbox-1280");
    const links = await page.locator("td.lead a").evaluateAll(all => all.map(a => a.getAttribute("href")));
    let done = false;
    for (const link of links.slice(0, 6)) {
        await page.goto(site.url + link);
        await picture(page, "work-item-1280", true);
        await page.evaluate(() => document.querySelectorAll("form.work [required]").forEach(input => input.removeAttribute("required")));
        const mustFill = await page.locator("form.work .need:not(.some)").count();
        if (mustFill > 0 && await page.locator("form.work textarea[name], form.work input[type=text][name]").count() > 0) {
            const before = page.url();
            await page.locator(".outcomes button").first().click();
            await page.waitForLoadState();
            if (page.url() === before && await page.locator(".field.wrong").count() > 0) assert.match(await page.getByRole("alert").first().innerText(), /需要更正/);
            if (page.url() !== before) { done = true; break; }
        }
        await fillRequired(page);
        await Promise.all([page.waitForLoadState(), page.locator(".outcomes button").first().click()]);
        await page.waitForLoadState();
        if (await page.locator(".notice.ok").count() > 0) { done = true; break; }
    }
    assert.ok(done, `none of ${links.length} items could be done: ${await page.locator("[role=alert]").allInnerTexts()}`);
    assert.match(await page.locator(".notice.ok").first().innerText(), /已办理/);
    assert.deepEqual(faults.filter(f => !/ 4\d\d |status of 4|^4\d\d /.test(f)), []);
    await page.close();
});

test("a case says where it is, how long is left, who acts, and shows its documents", { timeout: 90_000 }, async () => {
    const { page, faults } = await openPage(browser, site, site.people[0], "/cases", desk);
    await picture(page, "cases-1280");
    await page.locator("td.lead a").first().click();
    for (const heading of ["办到哪一步", "检查与问题", "文书", "证据", "办理记录", "期限", "人员"]) await page.getByRole("heading", { name: heading, exact: true }).waitFor();
    assert.ok(await page.locator(".workflow-drawing .node").count() > 10);
    await picture(page, "case-1280", true);
    const paper = page.locator("section[aria-labelledby=documents] td.lead a").first();
    if (await paper.count() > 0) {
        await paper.click();
        await page.locator("iframe.document-frame").waitFor();
        await picture(page, "document-1280");
    }
    assert.deepEqual(faults, []);
    await page.close();
});

test("campaign, plan, supervision, reminders and registers can be read", { timeout: 120_000 }, async () => {
    const { page, faults } = await openPage(browser, site, site.personOf("督办员") ?? site.people[0], "/escalation", desk);
    await picture(page, "escalation-1280");
    for (const [path, name] of [["/notifications", "notifications"], ["/plans", "plans"], ["/registers", "registers"], ["/registers/inspectees", "register"], ["/profile", "profile"]]) {
        await page.goto(site.url + path);
        await page.locator("h1").waitFor();
        await picture(page, `${name}-1280`);
    }
    await page.goto(`${site.url}/campaigns`);
    await page.locator("td.lead a").first().click();
    await page.getByRole("heading", { name: "检查名单与检查组" }).waitFor();
    await picture(page, "campaign-1280");
    assert.deepEqual(faults, []);
    await page.close();
});

test("at a telephone's width nothing scrolls sideways", { timeout: 120_000 }, async () => {
    const { page, faults } = await busiest(phone);
    await picture(page, "inbox-390");
    const paths = ["/inbox?tab=group", "/inbox?tab=done", "/cases", "/campaigns", "/plans", "/escalation", "/notifications", "/registers", "/registers/officers", "/profile"];
    const item = await page.locator("td.lead a").first().getAttribute("href");
    if (item) paths.push(item);
    await page.goto(`${site.url}/cases`);
    paths.push(await page.locator("td.lead a").first().getAttribute("href"));
    for (const path of paths) {
        await page.goto(site.url + path);
        const { shown, full } = await page.evaluate(() => ({ shown: document.documentElement.clientWidth, full: document.documentElement.scrollWidth }));
        assert.ok(full <= shown, `${path} is ${full} px wide`);
        if (path === item) await picture(page, "work-item-390");
        if (path.startsWith("/cases/")) await picture(page, "case-390");
    }
    assert.deepEqual(faults, []);
    await page.close();
});

test("with the keyboard alone: skip the menu, open a piece of work, reach its outcome", { timeout: 60_000 }, async () => {
    const { page } = await busiest();
    await page.goto(`${site.url}/inbox?tab=group`);
    if (await page.locator("td.lead a").count() === 0) await page.goto(`${site.url}/inbox?tab=mine`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip-link");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    const reach = async (what, most = 60) => {
        for (let i = 0; i < most; i++) {
            await page.keyboard.press("Tab");
            if (await page.evaluate(selector => document.activeElement.matches(selector), what)) return;
        }
        assert.fail(`${what} is not reached by Tab`);
    };
    await reach("td.lead a");
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(ring, "none");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/work-items\//);
    await reach(".outcomes button", 400);
    assert.ok(await page.evaluate(() => document.activeElement.textContent.trim().length > 0));
    await page.close();
});
