// The inbox as an office uses it: every verb by a person who may and refused to one who may not, many at once, keys, a list that follows, the heads' workload.
import assert from "node:assert/strict";
import { test } from "node:test";
import { act, as, choose, get, open, post, refused } from "./office.mjs";
import { desk, phone, picture, served, site } from "./site.mjs";

served();

/** A group item of the case officers: the ten of the brigade share a section. */
async function brigadeItem() {
    const { items } = await get("wangyanlong", "/api/work-items?tab=group");
    const item = items.find(i => i.role === "case-officer");
    assert.ok(item, "the case officers' group has nothing to do");
    return item;
}

test("claim, release, transfer: by the role that may, refused to others", { timeout: 240_000 }, async () => {
    const item = await brigadeItem();
    assert.equal((await post("duoliqun", `/api/work-items/${item.id}/claim`)).body.code, "work-items.not-your-role");
    const page = await open("wangyanlong", "/inbox?tab=group");
    await picture(page, "待办-本组");
    await page.locator(`tr[data-id="${item.id}"] button[name=claim]`).click();
    await page.waitForURL(`**/work-items/${item.id}`);
    await page.close();
    assert.equal((await post("ruizhiqiang", `/api/work-items/${item.id}/claim`)).body.code, "work-items.claimed-by-other");
    // 回避: a registered relation to the inspectee bars a colleague from the work; the page says which.
    const held = await open("wangyanlong", `/work-items/${item.id}`);
    const inspectee = (await held.locator("aside a[href^='/registers/inspectees/']").getAttribute("href")).split("/").at(-1);
    const planner = await as("zhuwenbin");
    const relate = async until => (await planner.context.request.post(`${site.url}/api/registers/relations/import`, {
        headers: { ...planner.headers, "Content-Type": "text/csv" },
        data: `关系编号,人员类别,人员编号,姓名,对象编号,对象名称,关系类型,关系说明,起始日期,截止日期,来源,登记日期\nGX900,执法人员,R013,张鹏程,${inspectee},,近亲属,,2020-01-01,${until},本人申报,2026-01-06\n`,
    })).json();
    assert.equal((await relate("")).added, 1);
    await held.reload();
    await held.locator("#verb-Transfer > summary").click();
    const barred = held.locator("#verb-Transfer select option", { hasText: "张鹏程" });
    assert.ok(await barred.isDisabled(), "a relation of the inspectee is offered the work");
    await held.locator("#verb-Transfer details.why summary").click();
    assert.match(await held.locator("#verb-Transfer details.why").innerText(), /张鹏程.*(回避|近亲属)/);
    assert.equal((await post("wangyanlong", `/api/work-items/${item.id}/transfer`, { to: await barred.getAttribute("value"), opinion: "请接办" })).body.code, "work-items.to-recused");
    await held.close();
    assert.equal((await relate("2021-12-31")).updated, 1);
    assert.match(await act("wangyanlong", item.id, "Release"), /放回本组成功/);
    assert.match(await act("wangyanlong", item.id, "Transfer", choose("芮志强", "我外出办案，请接办。")), /转办成功/);
    const stale = await post("wangyanlong", `/api/work-items/${item.id}/transfer`, { to: "00000000-0000-0000-0000-000000000001", opinion: "再转" });
    assert.equal(stale.status >= 400, true);
    assert.equal((await post("duoliqun", `/api/work-items/${item.id}/transfer`, { to: "00000000-0000-0000-0000-000000000001", opinion: "转" })).status, 400);
});

test("delegate and return, signers, suspend and resume, urge, copy", { timeout: 400_000 }, async () => {
    const { items } = await get("ruizhiqiang", "/api/work-items?tab=mine");
    const item = items.find(i => i.role === "case-officer");
    assert.match(await act("ruizhiqiang", item.id, "Delegate", choose("信慧敏", "请就法律适用提意见。")), /委派成功/);
    assert.equal((await get("ruizhiqiang", "/api/work-items?tab=delegated")).items[0].id, item.id);
    assert.match(await act("xinhuimin", item.id, "Delegate", choose("芮志强", "还给你")), /不能委派给芮志强.*会转圈/);
    await refused("xinhuimin", item.id, "Recall", "recall", {}, "work-items.not-delegator", "xinhuimin");
    assert.match(await act("ruizhiqiang", item.id, "Recall", choose(null, "先不用提了。")), /收回委派成功/);
    assert.match(await act("ruizhiqiang", item.id, "Delegate", choose("信慧敏", "请就法律适用提意见。")), /委派成功/);
    const asked = await open("xinhuimin", `/work-items/${item.id}`);
    await asked.getByText("芮志强委派给您：请就法律适用提意见。").waitFor();
    await picture(asked, "待办-受委派");
    await asked.close();
    assert.match(await act("xinhuimin", item.id, "Return", choose(null, "适用条款正确。")), /交回成功/);
    const check = names => async form => {
        for (const name of names) await form.locator("label.check", { hasText: name }).first().locator("input").check();
        await form.locator("textarea").fill("请会签处理意见。");
    };
    assert.match(await act("ruizhiqiang", item.id, "AddSigners", async form => { await check(["信慧敏", "杨玉梅"])(form); await form.getByText("或签：一人同意即可").click(); }), /加签成功/);
    assert.equal((await post("duoliqun", `/api/work-items/${item.id}/sign`, { agrees: true })).body.code, "work-items.sign-not-you");
    assert.match(await act("xinhuimin", item.id, "Sign", choose(null, "同意。")), /签署成功/);
    const signer = (await open("ruizhiqiang", `/work-items/${item.id}`)).locator("#verb-RemoveSigner select option").first();
    await refused("duoliqun", item.id, "RemoveSigner", "signers/remove", { to: await signer.getAttribute("value"), opinion: "减" }, "work-items.not-your-role", "ruizhiqiang");
    await refused("duoliqun", item.id, "AddSigners", "signers", { people: [await signer.getAttribute("value")], opinion: "加" }, "work-items.not-your-role", "ruizhiqiang");
    await refused("duoliqun", item.id, "Copy", "copy", { people: [await signer.getAttribute("value")] }, "work-items.not-your-role", "ruizhiqiang");
    assert.match(await act("ruizhiqiang", item.id, "RemoveSigner", choose("杨玉梅", "在外检查，不再请签。")), /减签成功/);
    assert.match(await act("ruizhiqiang", item.id, "Suspend", choose(null, "等企业补充材料。")), /挂起成功/);
    assert.equal((await get("ruizhiqiang", `/api/work-items/${item.id}`)).code, "work-items.suspended");
    assert.equal((await post("duoliqun", `/api/work-items/${item.id}/resume`)).status, 403);
    assert.match(await act("ruizhiqiang", item.id, "Resume"), /恢复成功/);
    assert.equal((await post("yuchiguangwen", `/api/work-items/${item.id}/urge`)).body.code, "work-items.urge-not-yours");
    assert.match(await act("songwentao", item.id, "Urge", choose(null, "请本周内办结。")), /催办成功/);
    assert.match(await act("ruizhiqiang", item.id, "Copy", check(["杨玉梅"])), /抄送成功/);
    assert.equal((await get("yangyumei", "/api/work-items?tab=copied")).items[0].id, item.id);
    const page = await open("ruizhiqiang", `/work-items/${item.id}`);
    for (const name of ["签署情况", "其他办理方式", "办理经过"]) await page.getByRole("heading", { name }).waitFor();
    await page.locator("#verb-SendBack, #verb-Transfer").first().locator("summary").first().click();
    for (const size of [desk, phone]) {
        await page.setViewportSize(size);
        await picture(page, "待办-其他办理方式", "#verbs");
    }
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than a phone");
    await page.close();
    assert.equal((await post("songwentao", `/api/work-items/${item.id}/terminate`, { opinion: "不办了" })).status, 409, "a procedure of law is not terminated");
});

test("a substitute acts for the director, and it is written down so", { timeout: 240_000 }, async () => {
    const work = (await get("maguodong", "/api/work-items")).items.find(i => i.title === "审批行政检查");
    assert.ok(work, "the director has no check to approve");
    assert.equal((await post("jinhuifang", `/api/work-items/${work.id}/complete`, { outcome: "批准" })).body.code, "work-items.not-your-role");
    const page = await open("maguodong", "/substitutions");
    const appoint = async kind => {
        await page.goto(`${site.url}/substitutions`);
        await page.locator("#substitute").selectOption({ label: await page.locator("#substitute option").filter({ hasText: "靳慧芳" }).innerText() });
        await page.selectOption("#role", { label: "局长" });
        await page.selectOption("#kind", { label: kind });
        await page.fill("#to", await page.inputValue("#from"));
        await page.fill("#reason", "到市里开会");
        await page.getByRole("button", { name: "指定", exact: true }).click();
        await page.getByText(/已指定靳慧芳代理马国栋/).waitFor();
    };
    // Of another kind of work he stands in for nobody.
    await appoint("信用与名单");
    assert.equal((await post("jinhuifang", `/api/work-items/${work.id}/complete`, { outcome: "批准" })).body.code, "work-items.not-your-role");
    await appoint("检查审批与归档");
    for (const size of [desk, phone]) { await page.setViewportSize(size); await picture(page, "代理"); }
    await page.close();
    const acting = await open("jinhuifang", `/work-items/${work.id}`);
    await acting.getByText("靳慧芳代马国栋").first().waitFor();
    await acting.locator(".outcomes button", { hasText: "批准" }).first().click();
    await acting.locator(".notice.ok[role=status]").waitFor();
    await acting.close();
    const done = await open("maguodong", "/substitutions");
    await done.getByText("靳慧芳代马国栋").first().waitFor();
    await done.close();
});

test("many at once, keys, filters that are kept, a list that follows what others do", { timeout: 300_000 }, async () => {
    const item = (await get("ruizhiqiang", "/api/work-items?tab=mine")).items.find(i => i.role === "case-officer");
    assert.equal((await post("ruizhiqiang", `/api/work-items/${item.id}/release`)).status, 200);
    const page = await open("zhangpengcheng", "/inbox?tab=group");
    await page.waitForLoadState();
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "键盘操作" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    assert.equal(await page.locator("input[name=pick]:checked").count(), 1);
    assert.match(await page.locator("[data-picked]").innerText(), /（1）/);
    await page.getByRole("button", { name: "签收所选" }).click();
    await page.getByText("选中 1 件：办成 1 件，未办 0 件。").waitFor();

    // Two browsers at once. This one does not hear of it: somebody else is quicker with one of the two, and the answer says who.
    const slow = await (await as("zhangpengcheng")).context.newPage();
    await slow.route("**/inbox/live", route => route.abort());
    assert.equal((await post("zhangpengcheng", `/api/work-items/${item.id}/release`)).status, 200);
    await slow.goto(`${site.url}/inbox?tab=group`);
    const boxes = slow.locator("input[name=pick]");
    const both = [item.id, await slow.locator("tr[data-id]").evaluateAll((rows, known) => rows.map(r => r.dataset.id).find(id => id !== known), item.id)].filter(Boolean);
    for (const id of both) await slow.locator(`tr[data-id="${id}"] input[name=pick]`).check();
    assert.ok(await boxes.count() >= both.length);
    assert.equal((await post("wangyanlong", `/api/work-items/${item.id}/claim`)).status, 200);
    await slow.getByRole("button", { name: "签收所选" }).click();
    await slow.getByText(`选中 ${both.length} 件：办成 ${both.length - 1} 件，未办 1 件。`).waitFor();
    assert.match(await slow.locator("#answers li").innerText(), /：.*王彦龙/);
    for (const size of [desk, phone]) { await slow.setViewportSize(size); await picture(slow, "待办-有人先签收"); }
    await slow.close();
    assert.equal((await post("wangyanlong", `/api/work-items/${item.id}/release`)).status, 200);
    assert.equal((await post("zhangpengcheng", `/api/work-items/${item.id}/claim`)).status, 200);
    await page.goto(`${site.url}/inbox?tab=mine&due=none&group=case`);
    await page.getByText("管理常用筛选").click();
    await page.locator(".saved input[name=name]").fill("无时限的");
    await page.locator(".saved input[name=shared]").check();
    await page.locator(".saved button", { hasText: "保存" }).click();
    await page.locator(".chips a", { hasText: "无时限的" }).waitFor();
    // Shared with his section and nobody else; pressed, the address says all of it.
    const colleague = await open("wangyanlong", "/inbox");
    const shared = colleague.locator(".chips a", { hasText: "无时限的" });
    assert.match(await shared.innerText(), /（张鹏程）/);
    await Promise.all([colleague.waitForURL(address => address.searchParams.get("due") === "none" && address.searchParams.get("group") === "case"), shared.click()]);
    assert.equal(await colleague.locator("select[name=due]").inputValue(), "none");
    await colleague.close();
    const stranger = await open("mengqiuju", "/inbox");
    await stranger.locator("main h1").waitFor();
    assert.equal(await stranger.locator(".chips a", { hasText: "无时限的" }).count(), 0, "another section sees the filter");
    await stranger.close();
    for (const group of ["case", "campaign", "inspectee"]) {
        await page.goto(`${site.url}/inbox?tab=mine&group=${group}`);
        const heads = await page.locator("tr.group th").allInnerTexts();
        assert.ok(heads.length > 0 && new Set(heads).size === heads.length && heads.every(head => /本页 [1-9]\d* 件/.test(head)), `${group}: ${heads}`);
    }
    await page.goto(`${site.url}/inbox?tab=mine`);
    for (const size of [desk, phone]) {
        await page.setViewportSize(size);
        await page.waitForLoadState();
        await picture(page, "待办");
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the inbox is wider than its window");
    }
    const workload = await open("xinjianjun", "/workload");
    const idOf = async name => new URL(await workload.locator("td.lead a", { hasText: name }).first().evaluate(a => a.href)).searchParams.get("who");
    const [me, other] = [await idOf("张鹏程"), await idOf("王彦龙")];
    await workload.close();
    assert.equal((await post("xinjianjun", `/api/work-items/${item.id}/transfer`, { to: other, opinion: "统筹安排" })).status, 200);
    await page.locator(`tr[data-id="${item.id}"]`).waitFor({ state: "detached", timeout: 60_000 });
    assert.equal((await post("xinjianjun", `/api/work-items/${item.id}/transfer`, { to: me, opinion: "仍请办理" })).status, 200);
    await page.locator(`tr[data-id="${item.id}"]`).waitFor({ timeout: 60_000 });
    assert.match(await page.locator("#inbox-said").textContent(), /列表已更新：新来 1 件/);
    await page.close();
});

test("without a live line the list asks now and then and follows all the same", { timeout: 120_000 }, async () => {
    const item = (await get("zhangpengcheng", "/api/work-items?tab=mine")).items.find(i => i.role === "case-officer");
    assert.ok(item, "he has nothing in hand");
    const page = await (await as("zhangpengcheng")).context.newPage();
    await page.addInitScript(() => { delete window.EventSource; });
    await page.clock.install();
    await page.goto(`${site.url}/inbox?tab=mine`);
    await page.locator(`tr[data-id="${item.id}"]`).waitFor();
    assert.equal((await post("zhangpengcheng", `/api/work-items/${item.id}/release`)).status, 200);
    await page.clock.fastForward(29_000);
    assert.equal(await page.locator(`tr[data-id="${item.id}"]`).count(), 1, "it asked before its time");
    await page.clock.runFor(3_000);
    await page.locator(`tr[data-id="${item.id}"]`).waitFor({ state: "detached" });
    await page.close();
    assert.equal((await post("zhangpengcheng", `/api/work-items/${item.id}/claim`)).status, 200);
});

test("each key by itself: up and down, choose, open, help; Esc gives the place back; nothing happens while one types", { timeout: 120_000 }, async () => {
    const page = await open("zhangpengcheng", "/inbox?tab=done");
    await page.waitForLoadState();
    if (await page.locator("tr.item").count() < 2) await page.goto(`${site.url}/inbox?tab=group`);
    const at = () => page.evaluate(() => document.activeElement.closest("tr.item")?.dataset.id ?? null);
    const ids = await page.locator("tr.item").evaluateAll(rows => rows.map(row => row.dataset.id));
    assert.ok(ids.length >= 2, "too few lines to move in");
    await page.keyboard.press("k");
    assert.equal(await at(), ids[0], "k before any line does not begin at the first");
    await page.keyboard.press("j");
    assert.equal(await at(), ids[1]);
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none", "one does not see where one is");
    for (let i = 0; i < ids.length + 2; i++) await page.keyboard.press("j");
    assert.equal(await at(), ids.at(-1), "j leaves the list at its end");
    for (let i = 0; i < ids.length + 2; i++) await page.keyboard.press("k");
    assert.equal(await at(), ids[0]);
    await page.keyboard.press("?");
    assert.ok(await page.locator("#keys").evaluate(dialog => dialog.open && dialog.contains(document.activeElement)), "the help does not take the focus");
    await page.keyboard.press("j");
    await page.keyboard.press("Escape");
    assert.equal(await at(), ids[0], "the help does not give the place back");
    const search = page.locator("main input[type=search], main input[name=q]").first();
    await search.focus();
    await page.keyboard.type("jkxe?");
    assert.equal(await search.inputValue(), "jkxe?");
    assert.equal(await page.locator("#keys").evaluate(dialog => dialog.open), false);
    await page.goto(`${site.url}/inbox?tab=group`);
    if (await page.locator("tr.item input[name=pick]").count() > 0) {
        await page.keyboard.press("j");
        await page.keyboard.press("x");
        assert.equal(await page.locator("input[name=pick]:checked").count(), 1);
        await page.keyboard.press("x");
        assert.equal(await page.locator("input[name=pick]:checked").count(), 0);
    } else await page.goto(`${site.url}/inbox?tab=done`);
    await page.keyboard.press("j");
    const line = await at();
    await page.keyboard.press("e");
    await page.waitForURL(address => address.pathname.endsWith(line));
    await page.close();
});

test("heads see who has what, and give an absent person's work away in one act", { timeout: 240_000 }, async () => {
    const refused = await (await as("ruizhiqiang")).context.request.get(`${site.url}/workload`);
    assert.equal(refused.status(), 403);
    const page = await open("xinjianjun", "/workload");
    for (const size of [desk, phone]) {
        await page.setViewportSize(size);
        await picture(page, "工作量");
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the workload is wider than its window");
    }
    await page.setViewportSize(desk);
    await page.locator("td.lead a", { hasText: "张鹏程" }).click();
    await page.getByRole("heading", { name: /张鹏程手中的事项/ }).waitFor();
    await page.locator("#detail select").selectOption({ label: await page.locator("#detail select option").filter({ hasText: "拓俊峰" }).innerText() });
    await page.fill("#detail input[name=opinion]", "张鹏程休假，由拓俊峰接办。");
    await page.getByRole("button", { name: "全部转办" }).click();
    await page.locator("#answers").waitFor();
    assert.match(await page.locator("#answers").innerText(), /共 \d+ 件，转办 [1-9]\d* 件/);
    await picture(page, "工作量-转办");
    await page.close();
});
