// Every verb of a piece of work, by a person who may and refused to one who may not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { act, as, choose, finish, get, itemOf, open, post, publishOwn, refused, startOwn } from "./office.mjs";
import { desk, phone, picture, served } from "./site.mjs";

served();

test("take back and send back an office's step; the law's steps say why not", { timeout: 240_000 }, async () => {
    const scheme = (await get("zhuwenbin", "/api/work-items")).items.find(i => i.title === "制定实施方案");
    assert.ok(scheme, "the planner has no scheme to write");
    const page = await open("zhuwenbin", `/work-items/${scheme.id}`);
    await page.locator(".then").getByText("办完回到待办").click();
    await page.locator(".outcomes button").first().click();
    await page.waitForURL("**/inbox*");
    await page.close();
    assert.equal((await post("mengqiuju", `/api/work-items/${scheme.id}/take-back`, { opinion: "撤" })).body.code, "work-items.take-back-not-yours");
    const taken = await act("zhuwenbin", scheme.id, "TakeBack", choose(null, "漏填附件，撤回重报。"));
    assert.match(taken, /已撤回|不能退回到“制定实施方案”/);
    let targets = 0, sent = 0;
    for (const user of ["xinjianjun", "maguodong", "xinhuimin", "yangyumei", "duoliqun", "ruizhiqiang", "fanxuejun"]) {
        for (const item of (await get(user, "/api/work-items")).items.slice(0, 6)) {
            const steps = await get(user, `/api/work-items/${item.id}/back-targets`);
            if (!Array.isArray(steps) || steps.length === 0) continue;
            targets++;
            const said = await act(user, item.id, "SendBack", choose(null, "材料不全，请补充。"));
            // The earlier step waits again, or the case's law is named; nothing in between.
            assert.match(said, /已退回到“|不能退回到“.*按案件现状/);
            if (said.startsWith("✓")) sent++;
            if (sent > 0) break;
        }
        if (sent > 0) break;
    }
    assert.ok(targets > 0, "no open step has an earlier one");
});

test("an office's own process: taken back, sent back and done again, ended; each refused to who may not", { timeout: 400_000 }, async () => {
    await publishOwn("own-lead", "线索会商");
    const caseNo = await startOwn("zhuwenbin", "线索会商");
    const draft = await itemOf("zhuwenbin", caseNo, "登记线索");
    await finish("zhuwenbin", draft.id);
    assert.match(await act("zhuwenbin", draft.id, "TakeBack", choose(null, "漏写来源，撤回补充。")), /已撤回|撤回成功/);
    const again = await itemOf("zhuwenbin", caseNo, "登记线索");
    assert.notEqual(again.id, draft.id);
    await finish("zhuwenbin", again.id);

    const check = await itemOf("yangyumei", caseNo, "复核线索");
    assert.equal((await post("yangyumei", `/api/work-items/${check.id}/claim`)).status, 200);
    const [step] = await get("yangyumei", `/api/work-items/${check.id}/back-targets`);
    await refused("duoliqun", check.id, "SendBack", "send-back", { toStep: step.activityId, opinion: "退" }, "work-items.not-your-role", "yangyumei");
    assert.match(await act("yangyumei", check.id, "SendBack", choose("登记线索", "请补充来电时间。")), /已退回到“登记线索”/);
    const back = await itemOf("zhuwenbin", caseNo, "登记线索");
    const page = await open("zhuwenbin", `/work-items/${back.id}`);
    await page.getByText("请补充来电时间。").first().waitFor();
    await page.close();
    await finish("zhuwenbin", back.id);
    // Done again it is with the one who had sent it back, and nobody else's.
    const third = await itemOf("yangyumei", caseNo, "复核线索");
    assert.ok(third.claimedByName, "what was sent back did not come back to who sent it");

    await finish("yangyumei", third.id);

    // To the step before, and from there as the process goes; to the first step, and from there straight back to who sent it.
    const approve = await itemOf("maguodong", caseNo, "批准线索");
    assert.match(await act("maguodong", approve.id, "SendBack", async form => {
        await choose("上一步", "请核对管辖。")(form);
        await form.getByLabel("按流程逐步再走一遍").check();
    }), /已退回到“复核线索”，由杨玉梅重新办理/);
    await finish("yangyumei", (await itemOf("yangyumei", caseNo, "复核线索")).id);
    const walked = await itemOf("maguodong", caseNo, "批准线索");
    assert.ok(!walked.claimedByName, "what went the whole way again is in nobody's hands yet");
    assert.match(await act("maguodong", walked.id, "SendBack", choose("发起步骤", "来源写错，请重新登记。")), /已退回到“登记线索”，由朱文斌重新办理/);
    await finish("zhuwenbin", (await itemOf("zhuwenbin", caseNo, "登记线索")).id);
    assert.equal(await itemOf("yangyumei", caseNo, "复核线索"), undefined, "it went the whole way though it was to come straight back");
    const last = await itemOf("maguodong", caseNo, "批准线索");
    assert.equal(last.claimedByName, "马国栋");

    await refused("duoliqun", last.id, "Terminate", "terminate", { opinion: "不办了" }, "work-items.terminate-not-yours", "maguodong");
    const bulk = await post("duoliqun", "/api/work-items/bulk", { verb: "Claim", items: [{ id: last.id }] });
    assert.equal(bulk.status, 200, JSON.stringify(bulk.body));
    assert.equal(bulk.body[0].done, false);
    assert.equal(bulk.body[0].code, "work-items.not-your-role");
    assert.match(bulk.body[0].refusal, /[\u4e00-\u9fff]{4}/);
    assert.match(await act("maguodong", last.id, "Terminate", choose(null, "线索已并入另一件。")), /终止/);
    assert.equal(await itemOf("maguodong", caseNo, "批准线索"), undefined);
});

/** What the page says when the only outcome is pressed. */
async function decide(userName, id) {
    const page = await open(userName, `/work-items/${id}`);
    await page.locator("textarea[name='f.lead']").fill("群众来电反映，经核查不属本局管辖。");
    await page.locator(".outcomes button").first().click();
    await page.locator(".notice.ok[role=status], .notice.error[role=alert]").first().waitFor();
    const said = await page.locator(".notice.ok[role=status], .notice.error[role=alert]").first().innerText();
    await page.close();
    return said;
}

const ask = (names, rule, share) => async form => {
    for (const name of names) await form.locator("label.check", { hasText: name }).first().locator("input").check();
    await form.getByRole("radio", { name: rule }).check();
    if (share) await form.locator("input[name=share]").fill(share);
    await form.locator("textarea").fill("请就管辖提出意见。");
};

const sign = (agrees, opinion) => async form => {
    await form.getByLabel(agrees ? "同意" : "不同意", { exact: true }).check();
    await form.locator("textarea").fill(opinion);
};

test("a vote is decided by its share and not before; all must agree where all are asked", { timeout: 400_000 }, async () => {
    await publishOwn("own-vote", "线索票签");
    const caseNo = await startOwn("zhuwenbin", "线索票签");
    await finish("zhuwenbin", (await itemOf("zhuwenbin", caseNo, "登记线索")).id);
    const check = await itemOf("yangyumei", caseNo, "复核线索");
    assert.match(await act("yangyumei", check.id, "AddSigners", ask(["信慧敏", "芮志强", "朵立群"], /^票签/, "60")), /加签成功/);
    // Sixty of a hundred of three are two.
    const page = await open("yangyumei", `/work-items/${check.id}`);
    assert.match(await page.locator("#signers").innerText(), /百分之60[\s\S]*未签 3 人，需 2 人同意[\s\S]*等候签署/);
    await page.close();
    const early = await decide("yangyumei", check.id);
    for (const name of ["信慧敏", "芮志强", "朵立群"]) assert.ok(early.includes(name), early);
    await refused("mengqiuju", check.id, "Sign", "sign", { agrees: true }, "work-items.sign-not-you", "yangyumei");
    assert.match(await act("xinhuimin", check.id, "Sign", sign(true, "属实。")), /签署成功/);
    assert.match(await act("duoliqun", check.id, "Sign", sign(false, "")), /请填写意见/);
    assert.match(await act("duoliqun", check.id, "Sign", sign(false, "证据不足。")), /签署成功/);
    // One for, one against: it can still come out either way.
    const open1 = await decide("yangyumei", check.id);
    assert.ok(open1.includes("芮志强") && !open1.includes("信慧敏"), open1);
    // Who asks may not choose another rule by what has been signed already.
    const other = await post("yangyumei", `/api/work-items/${check.id}/signers`, { people: [await idOf("梁晓东")], rule: "Any", opinion: "再问一人" });
    assert.equal(other.body.code, "work-items.sign-rule-stands");
    assert.match(await act("ruizhiqiang", check.id, "Sign", sign(true, "同意转出。")), /签署成功/);
    const voted = await open("yangyumei", `/work-items/${check.id}`);
    assert.match(await voted.locator("#signers").innerText(), /已同意 2 人，不同意 1 人[\s\S]*已通过/);
    for (const size of [desk, phone]) { await voted.setViewportSize(size); await picture(voted, "待办-签署", "#signers"); }
    await voted.close();
    assert.match(await decide("yangyumei", check.id), /已办理/);

    const approve = await itemOf("maguodong", caseNo, "批准线索");
    assert.match(await act("maguodong", approve.id, "AddSigners", ask(["信慧敏", "信建军"], /^会签/)), /加签成功/);
    assert.match(await act("xinhuimin", approve.id, "Sign", sign(true, "同意。")), /签署成功/);
    assert.match(await act("xinjianjun", approve.id, "Sign", sign(false, "应由市局办理。")), /签署成功/);
    assert.match(await decide("maguodong", approve.id), /未通过|不同意/);
    // A signature that was given is not taken away by asking no more for it.
    const gone = await open("maguodong", `/work-items/${approve.id}`);
    assert.equal(await gone.locator("#verb-RemoveSigner").count(), 0);
    await gone.close();
    assert.match(await act("maguodong", approve.id, "Terminate", choose(null, "会签未通过，不再办理。")), /终止/);
});

test("no verb is offered to a person of another role, and each is refused to him", { timeout: 240_000 }, async () => {
    const caseNo = await startOwn("zhuwenbin", "线索票签");
    await finish("zhuwenbin", (await itemOf("zhuwenbin", caseNo, "登记线索")).id);
    const item = await itemOf("yangyumei", caseNo, "复核线索");
    assert.equal((await post("yangyumei", `/api/work-items/${item.id}/claim`)).status, 200);
    const before = await itemOf("yangyumei", caseNo, "复核线索");
    const page = await open("duoliqun", `/work-items/${item.id}`);
    await page.locator("main h1").waitFor();
    assert.deepEqual(await page.locator("#verbs details").evaluateAll(all => all.map(one => one.id)), [], "a verb is offered");
    assert.equal(await page.locator(".outcomes button").count(), 0, "an outcome is offered");
    await page.close();
    const [step] = await get("yangyumei", `/api/work-items/${item.id}/back-targets`);
    const colleague = await idOf("梁晓东");
    const opinion = "由我来办";
    const verbs = {
        claim: {}, release: {}, transfer: { to: colleague, opinion }, delegate: { to: colleague, opinion }, return: { opinion }, recall: { opinion },
        signers: { people: [colleague], rule: "All", opinion }, "signers/remove": { to: colleague, opinion }, sign: { agrees: true, opinion }, suspend: { opinion },
        resume: { opinion }, urge: { opinion }, copy: { people: [colleague] }, "send-back": { toStep: step.activityId, opinion }, "take-back": { opinion }, terminate: { opinion },
        complete: { outcome: "不予受理", values: { lead: "不属本局" } },
    };
    for (const [verb, body] of Object.entries(verbs)) {
        const answer = await post("duoliqun", `/api/work-items/${item.id}/${verb}`, body);
        assert.ok(answer.status >= 400 && answer.status < 500, `${verb}: ${answer.status}`);
        assert.match(answer.body.code, /^work-items\.|^back\./, verb);
        assert.match(answer.body.title, /[\u4e00-\u9fff]{4}/, verb);
    }
    for (const verb of ["Claim", "Release", "Transfer"]) {
        const { body } = await post("duoliqun", "/api/work-items/bulk", { verb, items: [{ id: item.id }], to: colleague, opinion });
        assert.equal(body[0].done, false, verb);
        assert.match(body[0].refusal, /[\u4e00-\u9fff]{4}/, verb);
        assert.deepEqual([body[0].title, body[0].caseNo], ["复核线索", caseNo]);
    }
    assert.deepEqual(await itemOf("yangyumei", caseNo, "复核线索"), before, "the item is not as it was");
});

/** The account's id, as the workload of the deputy director links to it. */
async function idOf(name) {
    const page = await open("xinjianjun", "/workload");
    const id = new URL(await page.locator("td.lead a", { hasText: name }).first().evaluate(a => a.href)).searchParams.get("who");
    await page.close();
    return id;
}

test("many at once: taken, given to a colleague, given back; each answered by title and number", { timeout: 240_000 }, async () => {
    const { items } = await get("wangyanlong", "/api/work-items?tab=group");
    const mine = items.filter(i => i.role === "case-officer").slice(0, 3);
    assert.ok(mine.length > 0, "the case officers' group has nothing to do");
    const pick = async (userName, tab) => {
        const page = await open(userName, `/inbox?tab=${tab}`);
        for (const item of mine) await page.locator(`tr[data-id="${item.id}"] input[name=pick]`).check();
        if (!await page.locator("#bulk").evaluate(bulk => bulk.open)) await page.locator("#bulk > summary").click();
        return page;
    };
    const answered = async page => {
        await page.getByText(`选中 ${mine.length} 件：办成 ${mine.length} 件，未办 0 件。`).waitFor();
        await page.locator("#answers summary").click();
        const said = await page.locator("#answers").innerText();
        for (const item of mine) assert.ok(said.includes(`${item.title} ${item.caseNo}`), said);
        await page.close();
    };
    let page = await pick("wangyanlong", "group");
    await page.getByRole("button", { name: "签收所选" }).click();
    await answered(page);
    page = await pick("wangyanlong", "mine");
    await page.getByRole("button", { name: "转办所选" }).click();
    await page.locator(".notice.error").first().waitFor();
    await page.close();
    page = await pick("wangyanlong", "mine");
    await page.locator("#bulk select").selectOption({ label: await page.locator("#bulk select option").filter({ hasText: "拓俊峰" }).innerText() });
    await page.locator("#bulk input[name=opinion]").fill("我下周在外检查，请接办。");
    await page.getByRole("button", { name: "转办所选" }).click();
    await answered(page);
    page = await pick("tuojunfeng", "mine");
    await page.getByRole("button", { name: "放回所选" }).click();
    await answered(page);
    const group = (await get("wangyanlong", "/api/work-items?tab=group")).items.map(i => i.id);
    for (const item of mine) assert.ok(group.includes(item.id), `${item.title} ${item.caseNo} is not the group's again`);
});
