// A draft is tried before it is published: asked for on the page, watched, read at both widths, its papers opened.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, desk, openPage, phone, picture, served, signIn, site } from "./site.mjs";

served();

test("a process manager tries a workflow and reads what would come", { timeout: 300_000 }, async t => {
    const context = await signIn(browser, site, site.personOf("流程管理员"), desk);
    t.after(() => context.close());
    const { page, faults } = await openPage(context, site, "/workflows/publishing/rectification");
    await Promise.all([page.waitForURL("**/simulate?version=1"), page.getByRole("link", { name: "试运行第 1 版" }).click()]);
    await page.getByLabel("逾期未改，立案处罚").check();
    await picture(page, "simulate-new");
    await Promise.all([page.waitForURL("**/workflows/publishing/simulations/*"), page.getByRole("button", { name: "开始试运行" }).click()]);
    await page.locator("#course").waitFor();
    const text = await page.locator("main").innerText();
    for (const said of ["案件办结", "跟踪整改", "仍有不合格", "责令限期整改指令书", "行政处罚决定书", "到期前", "一封也没有发出"]) assert.ok(text.includes(said), `${said} is missing: ${text.slice(0, 3000)}`);
    assert.doesNotMatch(text, /走不通的地方/);
    await picture(page, "simulate-result");
    await page.locator("details", { hasText: "2026-" }).first().locator("summary").click();
    const [paper] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: "责令限期整改指令书" }).first().click()]);
    await paper.waitForLoadState();
    assert.match(await paper.locator("body").innerText(), /责令限期整改/);
    await paper.close();
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the phone");
    await picture(page, "simulate-result");
    assert.deepEqual(faults, []);
});

test("the designer's page leads to the trial", { timeout: 300_000 }, async t => {
    const context = await signIn(browser, site, site.personOf("流程管理员"), desk);
    t.after(() => context.close());
    const { page } = await openPage(context, site, "/studio/workflows/definitions/plan/edit");
    await Promise.all([page.waitForURL("**/workflows/publishing/plan/simulate", { waitUntil: "commit" }), page.getByRole("link", { name: "试运行这个流程" }).click()]);
    await page.getByRole("button", { name: "开始试运行" }).waitFor();
});
