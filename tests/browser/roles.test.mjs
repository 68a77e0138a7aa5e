// Every acting role of the demonstration has something to do, and doing it from the page moves the case.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { browser, openPage, served, signIn, site } from "./site.mjs";

served();

const opinion = text => ({ "f.opinion": text });

/** By the role's name: the piece of work that waits for it, the outcome, and what has no default. */
const works = {
    计划员: { title: "制定实施方案", outcome: "提交" },
    科室负责人: { title: "审核公示内容", outcome: "通过", fill: opinion("内容属实，同意公示。") },
    分管副局长: { title: "制定现场检查方案", outcome: "提交", check: ["f.fileRead"] },
    局长: { title: "审批行政检查", outcome: "批准" },
    抽取员: { title: "冻结候选名单并公布抽取令", outcome: "冻结" },
    监督人: { title: "监督人提交承诺", outcome: "提交承诺", fill: { "f.commitment": createHash("sha256").update(randomBytes(32).toString("hex")).digest("hex") } },
    见证人: { title: "见证人提交承诺", outcome: "提交承诺", fill: { "f.commitment": createHash("sha256").update(randomBytes(32).toString("hex")).digest("hex") } },
    执法人员: { title: "跟踪整改", outcome: "申请复查", fill: { "f.progress": "已按要求整改完毕，申请复查。" } },
    安全专家: { title: "专家核对问题", outcome: "确认" },
    法制审核: { title: "法制审核", outcome: "同意", fill: opinion("事实清楚，证据确凿，程序合法。") },
    案件承办: { title: "调查取证", outcome: "调查终结", named: /请由承办人办理/ },
    发布员: { title: "发布", outcome: "发布" },
    督办员: { title: "核销督办单", outcome: "继续督办", fill: opinion("仍未办结，请尽快。") },
    "县政府（安委会）": {
        title: "决定挂牌督办", outcome: "挂牌",
        fill: { "f.listNo": "崇安委〔2026〕9号", "f.dueOn": "2026-12-18", "f.planDueOn": "2026-11-10", "f.supervisingUnit": "崇信县应急管理局", "f.stoppage": "储罐区停止使用" },
    },
};

/** Everybody of the role who sees the work in the inbox, one signed-in session after the other. */
async function* offers(browser, role, title) {
    for (const person of site.people.filter(p => p.roles.includes(role))) {
        const context = await signIn(browser, site, person, { width: 1280, height: 900 });
        const answer = await context.request.get(`${site.url}/api/work-items`);
        assert.equal(answer.status(), 200);
        const item = (await answer.json()).items.find(i => i.title === title);
        if (item) yield { context, item };
        await context.close();
    }
}

/** Fills the page and presses the outcome; what the page then says in the way of refusal, or nothing when the work is done. */
async function complete(page, work) {
    await page.locator(".outcomes").waitFor();
    for (const [name, value] of Object.entries(work.fill ?? {})) await page.locator(`[name="${name}"]`).first().fill(value);
    for (const name of work.check ?? []) await page.locator(`[name="${name}"][type=checkbox]`).first().check();
    await page.locator(".outcomes button", { hasText: work.outcome }).first().click();
    await page.locator(".notice.ok, .notice.error").first().waitFor();
    await page.waitForLoadState();
    return (await page.locator(".notice.error").allInnerTexts()).join(" ");
}

/** The case's record of what was done (办理记录), as its page shows it. */
async function recordOf(context, caseNo) {
    const answer = await context.request.get(`${site.url}/cases/${encodeURIComponent(caseNo)}`);
    assert.equal(answer.status(), 200);
    return (await answer.text()).match(/<section aria-labelledby="timeline">.*?<\/section>/s)[0];
}

for (const [role, work] of Object.entries(works)) {
    test(`${role}: ${work.title}`, { timeout: 120_000 }, async () => {
        const refusals = [];
        for await (const { context, item } of offers(browser, role, work.title)) {
            const before = await recordOf(context, item.caseNo);
            const { page, faults } = await openPage(context, site, `/work-items/${item.id}`);
            const refusal = await complete(page, work);
            // A case's two officers alone may act in it; the office's other officers are told so.
            if (refusal && work.named?.test(refusal)) { refusals.push(refusal); continue; }
            assert.equal(refusal, "");
            const again = await context.request.get(`${site.url}/api/work-items/${item.id}`);
            assert.equal(again.status(), 409, "the item is done and cannot be done again");
            assert.notEqual(await recordOf(context, item.caseNo), before, "the case has not moved");
            assert.deepEqual(faults, []);
            return;
        }
        assert.fail(`nobody of ${role} could do “${work.title}”: ${refusals.join(" ")}`);
    });
}
