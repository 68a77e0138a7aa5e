// A draw as a hall sees it: every party acts at its own machine, the screen follows by itself, nothing is shown before the last reveal, and anybody recomputes it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { browser, desk, openPage, phone, picture, served, signIn, site } from "./site.mjs";

let folder;

served({ ready: () => { folder = mkdtempSync(join(tmpdir(), "dr-parties-")); } });
after(() => folder && rmSync(folder, { recursive: true, force: true }));

/** The person's open piece of work of that title, for the campaign; null when there is none. */
async function itemOf(context, title, caseNo) {
    const answer = await context.request.get(`${site.url}/api/work-items`);
    assert.equal(answer.status(), 200);
    return (await answer.json()).items.find(i => i.title === title && (caseNo === undefined || i.caseNo === caseNo)) ?? null;
}

/** Opens the piece of work, lets it be filled in, presses the outcome; the refusal, or nothing. */
async function act(context, item, outcome, fill) {
    const { page, faults } = await openPage(context, site, `/work-items/${item.id}`);
    await page.locator(".outcomes").waitFor();
    await fill?.(page);
    await page.locator(".outcomes button", { hasText: outcome }).first().click();
    await page.locator(".notice.ok, .notice.error").first().waitFor();
    const refusal = (await page.locator(".notice.error").allInnerTexts()).join(" ");
    if (refusal === "") assert.deepEqual(faults, []);
    await page.waitForLoadState();
    await page.close();
    return refusal;
}

/** A page anybody in the hall may open. */
async function watch(path, viewport, javaScriptEnabled = true) {
    const context = await browser.newContext({ viewport, locale: "zh-CN", timezoneId: "Asia/Shanghai", javaScriptEnabled });
    context.setDefaultTimeout(60_000);
    const { page, faults } = await openPage(context, site, path);
    await page.waitForLoadState();
    return { page, faults, text: () => page.locator("#ceremony").innerText(), says: words => page.locator("#ceremony", { hasText: words }).waitFor(), close: () => context.close() };
}

async function pictures(screens, name) {
    for (const screen of screens) {
        await picture(screen.page, name);
        const { width } = screen.page.viewportSize();
        assert.ok(await screen.page.evaluate(() => document.documentElement.scrollWidth) <= width, `${name} is wider than ${width}`);
    }
}

test("a ceremony from the commitments to the result, followed on the screen and recomputed in the browser", { timeout: 600_000 }, async () => {
    const sessions = {};
    for (const role of ["监督人", "见证人", "抽取员", "系统管理员"]) sessions[role] = await signIn(browser, site, site.personOf(role), desk);
    const waiting = await itemOf(sessions.监督人, "监督人提交承诺");
    assert.ok(waiting, "no draw waits for its commitments");
    const caseNo = waiting.caseNo;
    const { page: form } = await openPage(sessions.监督人, site, `/work-items/${waiting.id}`);
    const number = (await form.locator("main").innerText()).match(/\b\d{4}-\d{4}\b/)[0];
    await form.close();

    const hall = await watch(`/draws/${number}/ceremony`, desk);
    const hand = await watch(`/draws/${number}/ceremony`, phone);
    await hall.says(/还有 2 方没有提交承诺/);
    await pictures([hall, hand], "ceremony-frozen");

    // Each party at its own machine: the number is made there and leaves it only as the file the person keeps.
    const kept = {};
    for (const [role, title] of [["监督人", "监督人提交承诺"], ["见证人", "见证人提交承诺"]]) {
        const refusal = await act(sessions[role], await itemOf(sessions[role], title, caseNo), "提交承诺", async page => {
            const saved = page.waitForEvent("download");
            await page.getByRole("button", { name: "在本机生成随机数" }).click();
            kept[role] = join(folder, `${role}.txt`);
            await (await saved).saveAs(kept[role]);
        });
        assert.equal(refusal, "");
    }
    await hall.says(/谁也不能再改/);
    await pictures([hall, hand], "ceremony-committed");

    // The office's days go by until the beacon exists.
    const beacon = "上证综合指数收盘 3871.2645";
    let refusal = "not tried";
    for (let day = 0; day < 30 && refusal !== ""; day++) {
        const { page } = await openPage(sessions.系统管理员, site, "/");
        await page.getByRole("button", { name: "前进一天" }).click();
        await page.waitForLoadState();
        await page.close();
        refusal = await act(sessions.抽取员, await itemOf(sessions.抽取员, "录入公开信标", caseNo), "录入", page => page.fill("[name='f.text']", beacon));
    }
    assert.equal(refusal, "");
    await hall.says(/等待公开信标/);
    assert.ok(!(await hall.text()).includes(beacon), "the beacon is shown before a second person has read it");
    assert.match(await act(sessions.见证人, await itemOf(sessions.见证人, "核对公开信标", caseNo), "一致", page => page.fill("[name='f.text']", beacon + "0")), /两次录入的信标不一致/);
    assert.equal(await act(sessions.见证人, await itemOf(sessions.见证人, "核对公开信标", caseNo), "一致", page => page.fill("[name='f.text']", beacon)), "");
    await hall.says(beacon);

    const reveal = role => async page => page.setInputFiles("input[type=file][aria-label='选择保存的随机数文件']", kept[role]);
    writeFileSync(join(folder, "other.txt"), "0".repeat(64));
    kept.wrong = join(folder, "other.txt");
    assert.match(await act(sessions.监督人, await itemOf(sessions.监督人, "监督人揭示随机数", caseNo), "揭示", reveal("wrong")), /与其承诺不符/);
    assert.equal(await act(sessions.监督人, await itemOf(sessions.监督人, "监督人揭示随机数", caseNo), "揭示", reveal("监督人")), "");
    await hall.says(/等待 .+ 揭示随机数/);
    await pictures([hall, hand], "ceremony-reveal");
    for (const screen of [hall, hand]) assert.doesNotMatch(await screen.page.content(), /CX\d{5}|cy-result/);
    assert.equal(await act(sessions.见证人, await itemOf(sessions.见证人, "见证人揭示随机数", caseNo), "揭示", reveal("见证人")), "");

    // The screen shows it by itself, place by place; whoever reloads or has no JavaScript sees the same.
    await hall.page.locator("#cy-result").waitFor();
    await hall.page.waitForFunction(() => document.querySelectorAll(".cy-hidden").length === 0 && document.getElementById("cy-big").hidden, null, { timeout: 60_000 });
    const places = await hall.page.locator(".cy-ids li").allInnerTexts();
    assert.ok(places.length > 3);
    await hall.page.reload();
    assert.deepEqual(await hall.page.locator(".cy-ids li").allInnerTexts(), places);
    await hand.page.reload();
    await pictures([hall, hand], "ceremony-result");
    const plain = await watch(`/draws/${number}/ceremony`, desk, false);
    assert.deepEqual(await plain.page.locator(".cy-ids li").allInnerTexts(), places);
    assert.equal(await plain.page.locator("noscript").count(), 1);

    const proof = await watch(`/portal/draws/${number}`, desk);
    await proof.page.click("#verify-run");
    await proof.page.locator("#verify-out[data-ok=true]").waitFor();
    for (const screen of [hall, hand, proof]) assert.deepEqual(screen.faults, []);
    for (const screen of [hall, hand, plain, proof]) await screen.close();
});
