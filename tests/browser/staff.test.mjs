// What staff do all day, without a mouse where it matters and on a telephone's width: sign in, read the inbox, do a piece of work, read the case.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, desk, openPage, phone, picture, served, signIn, site } from "./site.mjs";

served();

/** A page of a person who has just signed in. */
async function visit(person, path, viewport) {
    const context = await signIn(browser, site, person, viewport);
    const opened = await openPage(context, site, path);
    await opened.page.waitForLoadState();
    return { ...opened, close: () => context.close() };
}

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
    for (const link of await page.locator("td.lead a").evaluateAll(all => all.map(a => a.href))) {
        await page.goto(link);
        if (await page.locator("form.work .field:has(.need:not(.some)) textarea").count() > 0) break;
    }
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
    const { page, faults } = await visit(site.people[0], await theCase(), desk);
    for (const heading of ["办到哪一步", "检查与问题", "文书", "证据", "办理记录", "期限", "人员"]) await page.getByRole("heading", { name: heading, exact: true }).waitFor();
    const steps = page.locator("ol.track li");
    assert.ok(await steps.count() > 5, "the case shows no steps");
    assert.ok(await page.locator("ol.track .waiting").first().isVisible(), "where the case stands is not seen");
    assert.ok(await page.locator("ol.track .waiting").first().evaluate(step => step.getBoundingClientRect().bottom < innerHeight), "where the case stands is below the first screen");
    assert.equal(await page.locator(".workflow-drawing").isVisible(), false);
    await page.getByText("完整流程图").click();
    assert.ok(await page.locator(".workflow-drawing .node").count() > 10);
    assert.deepEqual(faults, []);
    await page.close();
});

/** Somebody's check that has gone some way and waits for a person; found in the lists as people find it. */
async function theCase() {
    if (foundCase) return foundCase;
    const { page, close } = await visit(site.personOf("督办员"), "/cases", desk);
    const cases = await page.locator("td.lead a").evaluateAll(links => links.map(link => link.getAttribute("href")));
    for (const path of cases) {
        await page.goto(site.url + path);
        if (await page.locator("ol.track .waiting").count() > 0 && await page.locator("section[aria-labelledby=documents] td.lead a").count() > 3) { foundCase = path; break; }
    }
    await close();
    assert.ok(foundCase, "no case is under way");
    return foundCase;
}
let foundCase;

for (const [width, viewport] of [[1280, desk], [390, phone]]) {
    test(`every page of the staff fits ${width} px`, { timeout: 240_000 }, async () => {
        const casePath = await theCase();
        const { page, faults, close } = await visit(site.personOf("执法人员"), "/inbox", viewport);
        const first = async (list, link = "td.lead a") => {
            await page.goto(site.url + list);
            return page.locator(link).first().getAttribute("href");
        };
        const places = {
            inbox: "/inbox", "inbox-group": "/inbox?tab=group", "inbox-done": "/inbox?tab=done", cases: "/cases", case: casePath, campaigns: "/campaigns", campaign: await drawnCampaign(page), plans: "/plans",
            escalation: "/escalation", calendar: "/deadlines/calendar", rules: "/deadlines/rules", rule: "/deadlines/rules/result.publish", notifications: "/notifications", registers: "/registers", register: "/registers/inspectees", officers: "/registers/officers", record: await first("/registers/inspectees"),
            document: await first(casePath, "section[aria-labelledby=documents] td.lead a"), profile: "/profile",
        };
        for (const [name, path] of Object.entries(places)) {
            await page.goto(site.url + path);
            await page.locator("h1").first().waitFor();
            const full = await page.evaluate(() => document.documentElement.scrollWidth);
            assert.ok(full <= width, `${path} is ${full} px wide`);
            if (name === "document") await page.frameLocator("iframe.document-frame").locator("body").waitFor();
            if (!shownElsewhere.has(name)) await picture(page, name);
            if (name === "campaign") await picture(page, "draw", "section[aria-labelledby=draws]");
        }
        assert.deepEqual(faults, []);
        await close();
        const worker = await busy(viewport);
        await picture(worker.page, "inbox");
        await worker.page.locator("td.lead a").first().click();
        await worker.page.locator(".outcomes button").first().waitFor();
        await worker.page.waitForLoadState();
        assert.ok(await worker.page.evaluate(() => document.documentElement.scrollWidth) <= width);
        await picture(worker.page, "work-item");
        await worker.close();
    });
}

/** A campaign whose objects are drawn. */
async function drawnCampaign(page) {
    await page.goto(`${site.url}/campaigns`);
    for (const path of await page.locator("td.lead a").evaluateAll(links => links.map(link => link.getAttribute("href")))) {
        await page.goto(site.url + path);
        if (await page.getByText("抽取结果（按抽取顺序）").count() > 0) return path;
    }
    return assert.fail("no campaign is drawn");
}

/** Pages that are looked at for their width and are no picture of the guide. */
const shownElsewhere = new Set(["escalation", "calendar", "inbox", "inbox-group", "inbox-done", "officers", "registers", "notifications", "profile", "cases", "campaigns"]);

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
