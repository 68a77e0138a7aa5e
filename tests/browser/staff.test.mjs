// What staff do all day, without a mouse where it matters and on a telephone's width: sign in, read the inbox, do a piece of work, read the case.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage, root, signIn, startSite } from "./site.mjs";

const pictures = join(root, "docs", "guide", "images");
const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
let site, browser;

before(async () => {
    mkdirSync(pictures, { recursive: true });
    site = await startSite();
    browser = await openBrowser();
}, { timeout: 600_000 });

after(async () => {
    await browser?.close();
    await site?.stop();
});

/** A page of a person who has just signed in. */
async function visit(person, path, viewport) {
    const context = await signIn(browser, site, person, viewport);
    const opened = await openPage(context, site, path);
    await opened.page.waitForLoadState();
    return { ...opened, close: () => context.close() };
}

const picture = (page, name, fullPage = false) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage });

/** The inbox of somebody who has something to do. */
async function busy(viewport = desk) {
    for (const role of ["执法人员", "科室负责人", "局长", "分管副局长", "发布员"]) {
        for (const person of site.people.filter(p => p.roles.includes(role)).slice(0, 4)) {
            const opened = await visit(person, "/inbox", viewport);
            if (await opened.page.locator("td.lead a").count() > 0) return opened;
            await opened.close();
        }
    }
    assert.fail("nobody has anything to do");
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

test("a work item that is empty is refused at its fields", { timeout: 120_000 }, async () => {
    const { page, close } = await busy();
    await picture(page, "inbox-1280");
    for (const link of await page.locator("td.lead a").evaluateAll(all => all.map(a => a.href))) {
        await page.goto(link);
        if (await page.locator("form.work .field:has(.need:not(.some)) textarea").count() > 0) break;
    }
    await picture(page, "work-item-1280", true);
    assert.ok(await page.locator("form.work .field:has(.need:not(.some)) textarea").count() > 0, "no open item asks for a text");
    for (const field of await page.locator("form.work textarea, form.work input[type=text]").all()) await field.fill("");
    for (const box of await page.locator("form.work input[type=checkbox]:checked").all()) await box.uncheck();
    // The server must say it too, so the browser's own checks are switched off.
    await page.locator("form.work").evaluate(form => { form.noValidate = true; });
    await page.locator(".outcomes button").first().click();
    await page.getByText(/有 \d+ 处需要更正，尚未办理/).waitFor();
    assert.ok(await page.locator(".field.wrong").count() > 0);
    await close();
});

test("a case says where it is, how long is left, who acts, and shows its documents", { timeout: 90_000 }, async () => {
    const { page, faults } = await visit(site.people[0], "/cases", desk);
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
    const { page, faults } = await visit(site.personOf("督办员") ?? site.people[0], "/escalation", desk);
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
    const { page, faults } = await busy(phone);
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
    const { page } = await busy();
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
