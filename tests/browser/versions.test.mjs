// Versions of a workflow as the office meets them: one that comes into force on a later day, and running cases that move to it – tried first, by two persons,
// taken back by one of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, desk, openPage, phone, picture, served, signIn, site } from "./site.mjs";

served();

const literal = value => ({ typeName: "String", expression: { type: "Literal", value } });
const list = values => ({ typeName: "Object", expression: { type: "Object", value: JSON.stringify(values) } });
const node = (id, type, x, y, more = {}) => ({ id, name: id, type, version: 1, metadata: { displayText: id, designer: { position: { x, y }, size: { width: 150, height: 50 } } }, ...more });
const opinion = (id, x, y, outcome) => node(id, "Inspection.HumanTask", x, y, { title: literal(id), role: literal("planner"), form: literal("general.opinion"), outcomes: list([outcome]) });
const lines = (...texts) => texts.map(text => /^(.+)\.(.+)>(.+)$/.exec(text)).map(([, activity, port, to]) => ({ source: { activity, port }, target: { activity: to, port: "In" }, vertices: [] }));

/** 受理, two experts at once, the section's opinion; later three experts, and the deputy director instead of the section. */
const drawing = later => ({
    id: "Flowchart1", type: "Elsa.Flowchart", version: 1, name: "Flowchart1",
    activities: [
        node("开始", "Elsa.Start", 40, 120), opinion("受理", 240, 120, "提交"), node("分派", "Elsa.FlowFork", 440, 120, { branches: list(later ? ["甲", "乙", "丙"] : ["甲", "乙"]) }),
        opinion("专家甲核查", 640, 20, "提交"), opinion("专家乙核查", 640, 120, "提交"), ...later ? [opinion("专家丙核查", 640, 220, "提交")] : [],
        node("核查完成", "Elsa.FlowJoin", 840, 120, { mode: literal("WaitAll") }), opinion(later ? "分管意见" : "科室意见", 1040, 120, "采纳"), node("结束", "Elsa.End", 1240, 120),
    ],
    connections: lines("开始.Done>受理", "受理.提交>分派", "分派.甲>专家甲核查", "分派.乙>专家乙核查", ...later ? ["分派.丙>专家丙核查", "专家丙核查.提交>核查完成"] : [], "专家甲核查.提交>核查完成", "专家乙核查.提交>核查完成",
        later ? "核查完成.Done>分管意见" : "核查完成.Done>科室意见", later ? "分管意见.采纳>结束" : "科室意见.采纳>结束"),
});

const name = "电梯专项核查";

test("a version comes into force on its day, and cases of the one before move to it, keep theirs or are asked where they go on", { timeout: 900_000 }, async t => {
    const [manager, second] = site.people.filter(person => person.roles.includes("流程管理员"));
    const sessions = new Map();
    const as = async (person, path) => {
        if (!sessions.has(person.userName)) sessions.set(person.userName, await signIn(browser, site, person, desk));
        const { page } = await openPage(sessions.get(person.userName), site, path);
        t.after(() => page.close());
        await page.waitForLoadState();
        return page;
    };
    const submit = (page, button) => Promise.all([page.waitForNavigation(), button.click()]);
    const ask = (page, path, body) => page.evaluate(async ([at, sent]) => {
        const token = document.querySelector("meta[name=studio-token]").content;
        const answer = await fetch(`${location.origin}/elsa/api${at}`, sent ? { method: "POST", headers: { "Content-Type": "application/json", RequestVerificationToken: token }, body: JSON.stringify(sent) } : {});
        return answer.json();
    }, [path, body]);

    const studio = await as(manager, "/studio");
    await studio.locator("meta[name=studio-token]").waitFor({ state: "attached" });
    const { workflowDefinition: first } = await ask(studio, "/workflow-definitions", { model: { name, description: "电梯专项", root: drawing(false) }, publish: false });
    const id = first.definitionId, publishing = `/workflows/publishing/${id}`;
    const page = await as(manager, publishing), other = await as(second, publishing);
    const publish = async (reason, days) => {
        await page.goto(site.url + publishing);
        await page.fill("#reason", reason);
        const day = new Date(new Date(await page.inputValue("#on")).getTime() + days * 86_400_000).toISOString().slice(0, 10);
        await page.fill("#on", day);
        await submit(page, page.getByRole("button", { name: "提出申请", exact: true }));
        await other.goto(site.url + publishing);
        await submit(other, other.getByRole("button", { name: "批准", exact: true }));
        return day;
    };
    await publish("电梯专项核查", 0);

    const planner = await as(site.personOf("计划员"), "/workflows/start");
    const start = async () => {
        await planner.goto(`${site.url}/workflows/start`);
        await submit(planner, planner.getByRole("button", { name: `发起：${name}`, exact: true }));
        return /LC\d{4}-\d{4}/.exec(await planner.locator("main").innerText())[0];
    };
    const open = async (caseNo, title) => {
        for (const tab of ["group", "mine"]) {
            await planner.goto(`${site.url}/inbox?tab=${tab}&q=${caseNo}`);
            const item = planner.locator("tbody tr").filter({ hasText: caseNo }).getByRole("link", { name: title, exact: true });
            if (await item.count() > 0) return item.first();
        }
        return null;
    };
    const done = async (caseNo, title, outcome) => {
        await submit(planner, await open(caseNo, title));
        await planner.fill("[name='f.opinion']", `${title}：三号电梯钢丝绳断丝，须更换。`);
        if (title === "科室意见") await picture(planner, "general-opinion");
        await submit(planner, planner.getByRole("button", { name: outcome, exact: true }));
        assert.deepEqual(await planner.locator("[role=alert]").allInnerTexts(), []);
    };
    const waiting = await start(), inside = await start(), behind = await start();
    for (const caseNo of [inside, behind]) await done(caseNo, "受理", "提交");
    for (const expert of ["专家甲核查", "专家乙核查"]) await done(behind, expert, "提交");

    // Tomorrow's version: agreed today, and until then what starts keeps the one in force.
    const model = await ask(studio, `/workflow-definitions/by-definition-id/${id}?versionOptions=Latest`);
    const saved = await ask(studio, "/workflow-definitions", { model: { ...model, root: drawing(true) }, publish: false });
    assert.equal(saved.workflowDefinition.version, 2);
    const day = await publish("增加一名专家，改由分管领导定", 1);
    assert.match(await other.locator("main, body").last().innerText(), new RegExp(`${day} 起`));
    await picture(other, "version-coming");
    await other.goto(`${site.url}/workflows/publishing`);
    assert.match(await other.locator("tr").filter({ hasText: name }).innerText(), new RegExp(`第 1 版[\\s\\S]*${day} 起用第 2 版`));
    const versions = async () => {
        const { items } = await ask(studio, "/workflow-instances", { page: 0, pageSize: 20, definitionId: id });
        return Object.fromEntries(items.map(one => [one.correlationId, one.version]));
    };
    await planner.goto(`${site.url}/workflows/start`);
    assert.match(await planner.locator("tr").filter({ hasText: name }).innerText(), new RegExp(`第 1 版[\\s\\S]*${day} 起用第 2 版`));
    const today = await start();
    assert.equal((await versions())[today], 1);
    await studio.goto(`${site.url}/studio/workflows/definitions/${id}/edit`, { waitUntil: "commit" });
    await studio.waitForFunction(text => document.querySelector("#studio-findings .standing")?.textContent.includes(text), `正在使用：第 1 版；${day} 起用第 2 版`);
    const admin = await as(site.personOf("系统管理员"), "/");
    await submit(admin, admin.getByRole("button", { name: /前进一天/ }));
    const tomorrow = await start();
    assert.deepEqual([(await versions())[today], (await versions())[tomorrow]], [1, 2]);

    // What a move would do, case by case.
    const migration = `/workflows/migration?definition=${id}`;
    await page.goto(site.url + migration);
    assert.equal((await page.locator(".tally").innerText()).trim(), "4 个在办案件：1 个保留第 1 版，2 个可以迁移，1 个需要选择");
    const line = caseNo => page.locator("form[aria-label='试算结果'] tbody tr").filter({ hasText: caseNo });
    assert.match(await line(inside).innerText(), /保留原版本[\s\S]*核查完成.*还要等待一个已经过去的分支/);
    assert.match(await line(waiting).innerText(), /可以迁移/);
    assert.match(await line(behind).innerText(), /需要选择[\s\S]*新版本没有“科室意见”这一步/);
    const bar = page.locator(".pick-all[data-pick=case]");
    for (const [button, count] of [[/^全选/, 3], [/^全不选/, 0], [/^只选可以迁移的/, 2], [/^全选/, 3]]) {
        await bar.getByRole("button", { name: button }).click();
        assert.match(await bar.locator("[role=status]").innerText(), new RegExp(`已选 ${count} 件`));
    }
    // Not chosen yet: told, and what was ticked and written stands.
    await page.fill("#reason", "按新版本办理");
    await submit(page, page.getByRole("button", { name: "提出迁移所选案件" }));
    assert.match(await page.locator("[role=alert]").first().innerText(), new RegExp(`${behind}.*请先为这些待办选择`));
    assert.equal(await page.inputValue("#reason"), "按新版本办理");
    await line(behind).getByRole("checkbox").check();
    await line(behind).getByRole("combobox").selectOption({ label: "分管意见" });
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the phone");
    await picture(page, "migration");
    await page.setViewportSize(desk);
    await picture(page, "migration");
    await submit(page, page.getByRole("button", { name: "提出迁移所选案件" }));
    await other.goto(site.url + migration);
    await other.locator(".pick-all[data-pick=proposal]").getByRole("button", { name: "全选" }).click();
    await submit(other, other.getByRole("button", { name: "批准并迁移所选案件" }));
    assert.deepEqual([waiting, inside, behind, today].map((now => one => now[one])(await versions())), [2, 1, 2, 2]);
    assert.ok(await open(behind, "分管意见"));
    assert.equal(await open(behind, "科室意见"), null);

    // Taken back: the case stands where it stood, and comes to its end as it began.
    await page.goto(site.url + migration);
    const moved = page.locator("tr").filter({ hasText: behind }).filter({ has: page.getByRole("button", { name: "撤销迁移" }) });
    await moved.getByRole("textbox").fill("这一件按原版本办完");
    await submit(page, moved.getByRole("button", { name: "撤销迁移" }));
    assert.equal((await versions())[behind], 1);
    assert.equal(await open(behind, "分管意见"), null);
    await done(behind, "科室意见", "采纳");
    const { items } = await ask(studio, "/workflow-instances", { page: 0, pageSize: 20, definitionId: id });
    assert.equal(items.find(one => one.correlationId === behind).status, "Finished");
    await done(waiting, "受理", "提交");
    assert.ok(await open(waiting, "专家丙核查"));
    // After a step there is no way back, and the page says so.
    await page.goto(site.url + migration);
    assert.match(await page.locator("tr").filter({ hasText: waiting }).last().innerText(), /案件已办理后续步骤，不能撤销/);
});
