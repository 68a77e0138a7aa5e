// The real Elsa Studio on our host: lists and drawings for a reader; for a process manager a new process from the toolbox alone, published by two
// persons, run, watched and rolled back.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { editor } from "./designer.mjs";
import { browser, openPage, root, served, signIn, site } from "./site.mjs";

const pictures = join(root, "docs", "guide", "images");
let session;

served({
    ready: async () => {
        mkdirSync(pictures, { recursive: true });
        session = await signIn(browser, site, site.personOf("科室负责人"));
    },
});

const picture = (page, name) => page.screenshot({ path: join(pictures, `studio-${name}.png`) });
const labels = page => page.locator(".x6-graph .activity-label").allTextContents();

test("the list names the definitions in Chinese and a row opens the drawing", { timeout: 300_000 }, async t => {
    const { page, faults } = await openPage(session, site, "/studio");
    t.after(() => page.close());
    const row = page.getByText("抽查任务", { exact: true });
    await row.waitFor();
    for (const caption of ["流程定义", "最新版本", "已发布版本", "行政处罚（普通程序）", "重大隐患挂牌督办"]) await page.getByText(caption, { exact: true }).first().waitFor();
    await picture(page, "definitions");
    await row.click();
    await page.waitForURL(address => address.pathname === "/studio/workflows/definitions/campaign/edit", { waitUntil: "commit" });
    assert.deepEqual(faults, []);
});

for (const [id, nodes] of [["campaign", ["制定实施方案", "审批实施方案", "抽取对象、人员与专家并编组", "锁定检查名单", "任务归档"]], ["inspection", ["开始", "结束"]]]) {
    test(`the drawing of ${id} shows its steps at their places`, { timeout: 300_000 }, async t => {
        const { page, faults } = await openPage(session, site, `/studio/workflows/definitions/${id}/edit`);
        t.after(() => page.close());
        await page.locator(".x6-graph .activity-label").first().waitFor();
        const definition = await page.evaluate(async which => (await fetch(`/elsa/api/workflow-definitions/by-definition-id/${which}?versionOptions=Latest`)).json(), id);
        await page.waitForFunction(most => document.querySelectorAll(".x6-edge").length >= most, definition.root.connections.length);
        const shown = await labels(page);
        for (const name of nodes) assert.ok(shown.includes(name), `${name} is not drawn: ${shown.join(" ")}`);
        assert.equal(shown.length, definition.root.activities.length);
        const first = definition.root.activities[1];
        const place = first.metadata.designer.position;
        assert.equal(await page.locator(`.x6-node[data-cell-id="${first.id}"]`).getAttribute("transform"), `translate(${place.x},${place.y})`);
        await page.getByText("当前为只读", { exact: false }).first().waitFor();
        await picture(page, id);
        assert.deepEqual(faults, []);
    });
}

test("an instance shows journal, badges and where it waits; deleting it is refused in Chinese", { timeout: 300_000 }, async t => {
    const { page, faults } = await openPage(session, site, "/studio/workflows/instances");
    t.after(() => page.close());
    await page.locator("tbody tr").first().waitFor();
    await picture(page, "instances");
    const id = await page.evaluate(async () => {
        const token = document.querySelector("meta[name=studio-token]").content;
        const ask = body => fetch("/elsa/api/workflow-instances", { method: "POST", headers: { "Content-Type": "application/json", RequestVerificationToken: token }, body: JSON.stringify(body) }).then(r => r.json());
        const all = await ask({ page: 0, pageSize: 1, definitionId: "campaign", orderDirection: "Descending" });
        return all.items[0].id;
    });
    await page.goto(`${site.url}/studio/workflows/instances/${id}/view`);
    await page.locator(".x6-graph .activity-label").first().waitFor();
    await page.getByText("流程日志", { exact: true }).waitFor();
    await page.locator(".mud-timeline-item").first().waitFor();
    await page.locator(".x6-graph .mud-badge").first().waitFor({ state: "attached" });
    // The drawing comes to the step it waits at.
    await page.waitForTimeout(9000);
    await picture(page, "instance");
    assert.deepEqual(faults, []);

    const refused = await page.evaluate(async which => {
        const answer = await fetch(`${location.origin}/elsa/api/workflow-instances/${which}`, { method: "DELETE" });
        return { status: answer.status, shown: document.getElementById("studio-message").textContent };
    }, id);
    assert.equal(refused.status, 400);
    await page.locator("#studio-message:not([hidden])").waitFor();
    assert.match(await page.locator("#studio-message").textContent(), /没有这项操作/);
    await picture(page, "refused");
});

const name = "投诉举报专项检查";

/** A page of a person's session; the session is kept, for the Studio's nine megabytes with it. */
const sessions = new Map();
const as = async (t, role, path, who = site.personOf(role)) => {
    if (!sessions.has(who.userName)) sessions.set(who.userName, await signIn(browser, site, who, { width: 1600, height: 1200 }));
    const context = sessions.get(who.userName);
    context.setDefaultTimeout(90_000);
    const { page, faults } = await openPage(context, site, path);
    t.after(async () => {
        await page.close();
        assert.deepEqual(faults.filter(fault => fault.startsWith("request to")), [], "a request left the host");
    });
    return page;
};

const open = async (page, url) => {
    await page.goto(site.url + url, { waitUntil: "commit" });
    await page.locator(".x6-graph").waitFor();
    await page.waitForTimeout(5000);
};

const submit = (page, button) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name: button, exact: true }).click()]);

test("a manager builds a complaint's process from the toolbox alone, tries it, two persons publish it; a case runs to its end, is watched, and the version before comes back", { timeout: 900_000 }, async t => {
    const [manager, second] = site.people.filter(person => person.roles.includes("流程管理员"));
    const page = await as(t, "流程管理员", "/studio", manager);
    await page.getByText("抽查任务", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "新建流程" }).first().click();
    await page.locator(".mud-dialog input[type=text]").fill(name);
    await page.waitForTimeout(1000);
    await picture(page, "new");
    await page.locator(".mud-dialog button", { hasText: /^\s*确定\s*$/ }).click();
    await page.waitForURL(address => address.pathname.endsWith("/edit"), { waitUntil: "commit" });
    const address = new URL(page.url()).pathname;
    const id = address.split("/").at(-2);
    await page.locator(".x6-graph").waitFor();
    await page.waitForTimeout(5000);

    // The case that is opened is kept in a variable; what follows is about it.
    const studio = editor(page);
    await studio.variable("案件", "任意值", "随流程实例保存");

    // Drag and connect. A step of the law comes with its role, form and opinions.
    const [x, y] = [[40, 260, 500], [60, 200, 340]];
    await studio.drop("开始", x[0], y[0]);
    await studio.drop("立专项检查", x[1], y[0]);
    await studio.drop("起算办理时限", x[2] + 40, y[0]);
    await studio.drop("执行子流程", x[2] + 40, y[1]);
    await studio.drop("时限办结", x[1], y[1]);
    await studio.drop("签发文书", x[0], y[1]);
    await studio.drop("通知", x[1], y[2]);
    await studio.drop("结束", x[2] + 40, y[2]);
    await studio.deselect();
    await studio.connect("开始1", "Done", "立专项检查1");
    await studio.connect("立专项检查1", "立案", "起算办理时限1");
    await studio.connect("立专项检查1", "不予受理", "结束1");
    await studio.connect("起算办理时限1", "Done", "执行子流程1");
    await studio.connect("执行子流程1", "Done", "时限办结1");
    await studio.connect("时限办结1", "Done", "签发文书1");
    await studio.connect("签发文书1", "Done", "通知1");
    await studio.connect("通知1", "Done", "结束1");
    await page.waitForFunction(async definition => (await (await fetch(`/elsa/api/workflow-definitions/by-definition-id/${definition}?versionOptions=Latest`)).json()).root.connections.length === 8, id);

    // The findings stand on their nodes and say what to fill in.
    await page.locator("#studio-findings.error").waitFor();
    const wrong = await studio.findings();
    for (const said of [/错误：“通知1”没有填写“角色”/, /错误：“签发文书1”没有填写“文书模板”/, /错误：“起算办理时限1”没有填写“时限规则”/]) assert.match(wrong, said);
    assert.match(await studio.node("通知1").getAttribute("class"), /studio-error-node/);
    await picture(page, "finding");

    // Only the roles that the law knows for the step are offered.
    await studio.select("立专项检查1");
    assert.deepEqual(await studio.offered("角色"), ["计划员"]);
    await studio.output("办理结果", "案件");

    await studio.select("起算办理时限1");
    await studio.choose("时限规则", /^立案决定（file\.case）：.+ 15 个工作日$/);
    await studio.write("办理对象", "案件.CaseId");
    await studio.select("执行子流程1");
    await studio.pick("子流程", "检查");
    await page.waitForFunction(() => /需要Item，“传入”却空着/.test(document.getElementById("studio-findings").innerText));
    await studio.write("传入", "{Item: 案件}");
    await studio.select("时限办结1");
    await studio.choose("时限规则", /^立案决定（file\.case）：.+ 15 个工作日$/);
    await studio.select("签发文书1");
    // The templates follow the kind at once, and those of another kind are gone.
    await studio.choose("文书种类", "行政处罚");
    assert.ok((await studio.offered("文书模板")).some(text => text.startsWith("D29 ")));
    await studio.choose("文书种类", "检查");
    const templates = await studio.offered("文书模板");
    assert.deepEqual([templates.some(text => text.startsWith("D46 ")), templates.some(text => text.startsWith("D29 "))], [true, false], templates.join("\n"));
    await studio.choose("文书模板", /^D46 /);
    await studio.write("文书对象", "案件.CaseId");
    await studio.select("通知1");
    await studio.choose("角色", "局长");
    await studio.saved(async () => {
        await page.locator(".mud-input-control").filter({ hasText: "内容" }).locator("textarea").first().fill("投诉举报已查清，请关注结果。");
        await page.keyboard.press("Tab");
    });
    await page.locator("#studio-findings.ok").waitFor();
    assert.doesNotMatch(await studio.node("通知1").getAttribute("class"), /studio-error-node/);
    await picture(page, "built");

    // Tried before it is published.
    await page.goto(`${site.url}/workflows/publishing/${id}/simulate`);
    await page.getByLabel("责令改正，按期完成").check();
    await Promise.all([page.waitForURL("**/workflows/publishing/simulations/*"), page.getByRole("button", { name: "开始试运行" }).click()]);
    await page.locator("#course").waitFor();
    const trial = await page.locator("main").innerText();
    for (const said of ["案件办结", "立专项检查", "立案决定", "责令限期整改指令书", "投诉举报已查清"]) assert.ok(trial.includes(said), `${said} is missing in the trial: ${trial.slice(0, 2000)}`);
    assert.doesNotMatch(trial, /走不通的地方/);
    await picture(page, "tried");

    // Publishing is an act of two persons.
    await open(page, address);
    await Promise.all([page.waitForURL(`**/workflows/publishing/${id}`, { waitUntil: "commit" }), page.locator("button[title='发布'], button[title='Publish']").or(page.locator(".mud-button-group-root button").first()).first().click()]);
    await page.locator("#reason").waitFor();
    await page.fill("#reason", "落实投诉举报个案检查");
    await picture(page, "propose");
    await submit(page, "提出申请");
    assert.match(await page.locator("main").innerText(), /须由另一人批准/);
    const other = await as(t, "流程管理员", `/workflows/publishing/${id}`, second);
    await other.fill("#opinion", "已核对");
    await picture(other, "confirm");
    await submit(other, "批准");
    assert.match(await other.locator("main").innerText(), /生效/);

    // A planner starts a case; it is watched while people do their steps.
    const planner = await as(t, "计划员", "/workflows/start");
    await submit(planner, `发起：${name}`);
    const viewer = await as(t, "流程管理员", "/studio/workflows/instances", manager);
    await viewer.locator("tbody tr").first().waitFor();
    const instance = await viewer.evaluate(async definition => {
        const token = document.querySelector("meta[name=studio-token]").content;
        const all = await fetch("/elsa/api/workflow-instances", { method: "POST", headers: { "Content-Type": "application/json", RequestVerificationToken: token }, body: JSON.stringify({ page: 0, pageSize: 1, definitionId: definition }) });
        return (await all.json()).items[0].id;
    }, id);
    await open(viewer, `/studio/workflows/instances/${instance}/view`);
    await viewer.locator(".mud-timeline-item").first().waitFor();
    const lines = viewer.locator(".mud-timeline-item"), badges = viewer.locator(".x6-graph .mud-badge");
    const grown = async (what, counted, than) => {
        for (let left = 120; await counted.count() <= than; left--) {
            assert.ok(left > 0, `${what} did not grow: ${await counted.count()}`);
            await viewer.waitForTimeout(500);
        }
    };
    const [linesBefore, badgesBefore] = [await lines.count(), await badges.count()];
    await picture(viewer, "live-waiting");

    const person = userName => site.people.find(who => who.userName === userName);
    const done = async (userName, title, outcome, fill = {}, about = "荣禾家具城") => {
        // What is named to a person lies in his own list, what is a role's in that of his group.
        const desk = await as(t, "", `/inbox?tab=group&q=${encodeURIComponent(about)}`, person(userName));
        const item = desk.locator("tbody tr").filter({ hasText: about }).getByRole("link", { name: title, exact: true });
        await desk.locator("nav.tabs").waitFor();
        // A part of the process that runs as a case of its own is begun by the server's next round, a second later.
        for (let left = 60; await item.count() === 0; left--) {
            assert.ok(left > 0, `${title} is in no list of ${userName}`);
            await desk.goto(`${site.url}/inbox?tab=${left % 2 === 0 ? "mine" : "group"}&q=${encodeURIComponent(about)}`);
        }
        await Promise.all([desk.waitForNavigation(), item.first().click()]);
        for (const [field, value] of Object.entries(fill)) {
            const input = desk.locator(`[name="f.${field}"]`);
            if (value === true) await input.first().check();
            else if (Array.isArray(value)) for (const one of value) await desk.locator(`[name="f.${field}"][value="${one}"]`).check();
            else if (Buffer.isBuffer(value)) await input.first().setInputFiles({ name: "现场.png", mimeType: "image/png", buffer: value });
            else if (await input.first().evaluate(element => element.tagName === "SELECT")) await input.first().selectOption(value);
            else if (await input.first().getAttribute("type") === "radio") await desk.locator(`[name="f.${field}"][value="${value}"]`).check();
            else await input.first().fill(value);
        }
        for (const blank of await desk.locator("main textarea:required:visible, main input[type=text]:required:visible").all()) if (await blank.inputValue() === "") await blank.fill("疏散通道是否畅通");
        await Promise.all([desk.waitForNavigation(), desk.getByRole("button", { name: outcome, exact: true }).click()]);
        const refused = await desk.locator("[role=alert]").allInnerTexts();
        assert.deepEqual(refused, [], `${title}: ${outcome}`);
    };
    await done("zhuwenbin", "立专项检查", "立案", {
        lead: "2026年10月15日12345热线来电反映，家具城疏散通道堆放货物。", inspectee: "CX00003", items: ["YJ-06"], leader: "R002", officers: ["R010", "R011"], plannedOn: "2026-12-28",
    }, "LC2026-");
    await grown("the journal", lines, linesBefore);
    await grown("the badges", badges, badgesBefore);
    await picture(viewer, "live-done");
    const photo = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 200 } });
    await done("maguodong", "审批行政检查", "批准");
    await done("xinjianjun", "制定现场检查方案", "提交", { fileRead: true });
    await done("wangyanlong", "到场检查", "拒绝检查", { certificatesShown: true, notified: true, place: "家具城一层", note: "出示证件并说明来意后，负责人以“老板不在”为由拒绝开门。", evidence: photo });
    await done("wangyanlong", "录入检查结果", "提交");
    await done("yangyumei", "审核公示内容", "通过");
    await done("duoliqun", "发布", "发布");
    await done("wangyanlong", "归档", "归档", { complete: true });
    // The process goes on with the end of its check: clock met, paper signed, the director told, finished.
    for (let left = 240; ; left--) {
        const state = await viewer.evaluate(async which => (await (await fetch(`/elsa/api/workflow-instances/${which}`)).json()).status, instance);
        if (state === "Finished") break;
        assert.ok(left > 0, "the process did not come to its end");
        await viewer.waitForTimeout(500);
    }

    // Another version, and back to the first.
    await open(page, address);
    await studio.saved(async () => {
        await page.locator("textarea").first().fill("第二版：改写说明");
        await page.keyboard.press("Tab");
    });
    await page.goto(`${site.url}/workflows/publishing/${id}`);
    await page.fill("#reason", "改写说明");
    await submit(page, "提出申请");
    await other.goto(`${site.url}/workflows/publishing/${id}`);
    await submit(other, "批准");
    await page.goto(`${site.url}/workflows/publishing/${id}?version=1`);
    await page.fill("#reason", "第二版有误，恢复第一版");
    await submit(page, "提出申请");
    await other.goto(`${site.url}/workflows/publishing/${id}`);
    await submit(other, "批准");
    await picture(other, "restored");
    const versions = await other.locator("section[aria-labelledby=versions] tbody tr").allInnerTexts();
    assert.match(versions.find(row => row.includes("第 1 版")), /生效/);
    assert.match(versions.find(row => row.includes("第 2 版")), /曾生效/);
});

test("what stands inside steps – a round of a loop, a branch of an if – is drawn with the mouse, checked, published by two, done by the right people and watched", { timeout: 900_000 }, async t => {
    const [manager, second] = site.people.filter(person => person.roles.includes("流程管理员"));
    const page = await as(t, "流程管理员", "/studio", manager);
    await page.locator("meta[name=studio-token]").waitFor({ state: "attached" });
    const ask = (path, body) => page.evaluate(async ([at, sent]) => {
        const token = document.querySelector("meta[name=studio-token]").content;
        const answer = await fetch(`${location.origin}/elsa/api${at}`, sent ? { method: "POST", headers: { "Content-Type": "application/json", RequestVerificationToken: token }, body: JSON.stringify(sent) } : {});
        return answer.json();
    }, [path, body]);
    const feel = value => ({ typeName: "Object", expression: { type: "FEEL", value } });
    const literal = value => ({ typeName: "String", expression: { type: "Literal", value } });
    const list = values => ({ typeName: "Object", expression: { type: "Object", value: JSON.stringify(values) } });
    const step = (id, type, x, y, more = {}) => ({ id, name: id, type, version: 1, metadata: { designer: { position: { x, y }, size: { width: 150, height: 50 } } }, ...more });
    const opinion = (id, role, x, y, more = {}) => step(id, "Inspection.HumanTask", x, y, { title: literal(id), role: literal(role), form: literal("general.opinion"), outcomes: list(["提交"]), ...more });
    const lines = ["开始.Done>分派", "分派.核查>科室核查", "分派.复核>法制复核", "科室核查.提交>会合", "法制复核.提交>会合", "会合.Done>逐处", "逐处.Done>仍有隐患", "仍有隐患.Done>结束"]
        .map(text => /^(.+)\.(.+)>(.+)$/.exec(text)).map(([, activity, port, to]) => ({ source: { activity, port }, target: { activity: to, port: "In" }, vertices: [] }));
    const { workflowDefinition: made } = await ask("/workflow-definitions", { publish: false, model: {
        definitionId: null, name: "隐患复查会商",
        variables: [{ id: "v1", name: "核查", typeName: "Object", isArray: false, value: null, storageDriverTypeName: "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" }],
        root: { id: "Flowchart1", type: "Elsa.Flowchart", version: 1, name: "Flowchart1", connections: lines, activities: [
            step("开始", "Elsa.Start", 40, 120), step("分派", "Elsa.FlowFork", 240, 120, { branches: list(["核查", "复核"]) }),
            opinion("科室核查", "section-head", 440, 40, { result: { typeName: "Object", memoryReference: { id: "v1" } } }), opinion("法制复核", "legal", 440, 180),
            step("会合", "Elsa.FlowJoin", 660, 120, { mode: literal("WaitAll") }), step("逐处", "Elsa.ForEach", 60, 300, { items: feel("[\"消防通道\", \"电气线路\"]") }),
            step("仍有隐患", "Elsa.If", 300, 300, { condition: feel("contains(核查.opinion, \"隐患\")") }), step("结束", "Elsa.End", 560, 320),
        ] },
    } });
    const id = made.definitionId;
    await open(page, `/studio/workflows/definitions/${id}/edit`);
    const studio = editor(page);
    assert.ok(!(await page.locator(".x6-port-label").allTextContents()).includes("Done"), "a way on is named in English");

    // The round: a row with one step of a person. Choosing its form fills its opinions; the designer comes back to the step, deep as it stands.
    await studio.enter("逐处", "循环体", "顺序");
    await studio.drop("人工办理", 120, 120);
    await studio.select("人工办理1");
    await studio.choose("表单", "填写意见（通用）（general.opinion）");
    await page.locator("#studio-message.info").filter({ hasText: "办理意见已按所选表单填好" }).waitFor();
    await page.locator(".mud-breadcrumb-item").filter({ hasText: "循环体" }).waitFor();
    await studio.node("人工办理1").waitFor();
    await studio.select("人工办理1");
    await studio.fill("待办名称", "复查一处");
    await studio.choose("角色", "科室负责人");
    // The branch of the if: a drawing with a notice, which says what it lacks; the mark is seen from outside, and the finding leads inside.
    await studio.leave("仍有隐患");
    await studio.enter("仍有隐患", "成立", "流程图");
    await studio.drop("通知", 120, 120);
    await studio.leave("仍有隐患");
    await page.locator("#studio-findings.error").waitFor();
    assert.match(await studio.node("仍有隐患").getAttribute("class"), /studio-error-node/);
    await picture(page, "inside");
    await page.locator("#studio-findings button.error").filter({ hasText: "通知1" }).first().click();
    await studio.node("通知1").waitFor();
    await studio.select("通知1");
    await studio.choose("角色", "局长");
    await studio.fill("内容", "复查发现仍有隐患，请关注。");
    await studio.leave("仍有隐患");
    await page.locator("#studio-findings:not(.error)").waitFor();
    const kept = await ask(`/workflow-definitions/by-definition-id/${id}?versionOptions=Latest`);
    const [round, branch] = [kept.root.activities.find(one => one.id === "逐处").body, kept.root.activities.find(one => one.id === "仍有隐患").then];
    assert.deepEqual([round.type, round.activities.map(one => one.title.expression.value), branch.type, branch.activities.map(one => one.type)], ["Elsa.Sequence", ["复查一处"], "Elsa.Flowchart", ["Inspection.Notify"]]);

    await page.goto(`${site.url}/workflows/publishing/${id}`);
    await page.fill("#reason", "复查由科室、法制会商");
    await submit(page, "提出申请");
    const other = await as(t, "流程管理员", `/workflows/publishing/${id}`, second);
    await submit(other, "批准");
    const planner = await as(t, "计划员", "/workflows/start");
    await submit(planner, "发起：隐患复查会商");
    const number = /LC\d{4}-\d{4}/.exec(await planner.locator("main").innerText())[0];

    await page.goto(`${site.url}/studio`, { waitUntil: "commit" });
    await page.locator("meta[name=studio-token]").waitFor({ state: "attached" });
    const instance = (await ask("/workflow-instances", { page: 0, pageSize: 1, definitionId: id })).items[0].id;
    await open(page, `/studio/workflows/instances/${instance}/view`);
    const badges = page.locator(".x6-graph .mud-badge");
    const done = async (role, title, text) => {
        const desk = await as(t, role, `/inbox?tab=group&q=${number}`);
        const item = desk.locator("tbody tr").filter({ hasText: number }).getByRole("link", { name: title, exact: true }).first();
        for (let left = 30; await item.count() === 0; left--) {
            assert.ok(left > 0, `${title} is not in the list of ${role}`);
            await desk.goto(`${site.url}/inbox?tab=${left % 2 === 0 ? "group" : "mine"}&q=${number}`);
        }
        await Promise.all([desk.waitForNavigation(), item.click()]);
        await desk.fill("[name='f.opinion']", text);
        await submit(desk, "提交");
        assert.deepEqual(await desk.locator("[role=alert]").allInnerTexts(), [], title);
        await desk.close();
    };
    const before = await badges.count();
    await done("科室负责人", "科室核查", "现场仍有隐患两处。");
    await done("法制审核", "法制复核", "可以复查。");
    for (let left = 120; await badges.count() <= before; left--) {
        assert.ok(left > 0, "the viewer did not go on");
        await page.waitForTimeout(500);
    }
    await done("科室负责人", "复查一处", "消防通道已清理。");
    await done("科室负责人", "复查一处", "电气线路待整改。");
    for (let left = 120; (await ask(`/workflow-instances/${instance}`)).status !== "Finished"; left--) {
        assert.ok(left > 0, "the process did not come to its end");
        await page.waitForTimeout(500);
    }
    const { items } = await ask(`/workflow-instances/${instance}/journal?skip=0&take=500`);
    assert.ok(items.some(one => one.eventName === "Notified" && one.message.includes("仍有隐患")), "the notice did not go out");
    // In the viewer the round is opened like the whole.
    await page.locator('.x6-node[data-cell-id="逐处"] .embedded-port').first().click();
    await page.locator(".x6-graph .activity-label").filter({ hasText: "人工办理1" }).waitFor();
});

test("a workflow used as a step is opened in the viewer by a double click; the viewer goes on by itself after the server was away", { timeout: 600_000 }, async t => {
    const [manager, second] = site.people.filter(person => person.roles.includes("流程管理员"));
    const page = await as(t, "流程管理员", "/studio", manager);
    await page.getByText("抽查任务", { exact: true }).first().waitFor();
    const ask = (path, body) => page.evaluate(async ([at, sent]) => {
        const token = document.querySelector("meta[name=studio-token]").content;
        const answer = await fetch(`${location.origin}/elsa/api${at}`, sent ? { method: "POST", headers: { "Content-Type": "application/json", RequestVerificationToken: token }, body: JSON.stringify(sent) } : {});
        return answer.json();
    }, [path, body]);
    const step = (id, type, x, more = {}) => ({ id, name: id, type, version: 1, metadata: { designer: { position: { x, y: 100 }, size: { width: 150, height: 50 } } }, ...more });
    const literal = value => ({ typeName: "String", expression: { type: "Literal", value } });
    const drawing = steps => ({ id: "Flowchart1", type: "Elsa.Flowchart", version: 1, name: "Flowchart1", activities: steps, connections: steps.slice(1).map((to, i) => ({ source: { activity: steps[i].id, port: "Done" }, target: { activity: to.id, port: "In" }, vertices: [] })) });
    const publish = async definition => {
        await page.goto(`${site.url}/workflows/publishing/${definition}`);
        await page.fill("#reason", "核实线索");
        await submit(page, "提出申请");
        const other = await as(t, "流程管理员", `/workflows/publishing/${definition}`, second);
        await submit(other, "批准");
        await page.goto(`${site.url}/studio`, { waitUntil: "commit" });
        await page.locator("meta[name=studio-token]").waitFor({ state: "attached" });
    };
    const used = await ask("/workflow-definitions", { publish: false, model: {
        definitionId: null, name: "核实线索", options: { usableAsActivity: true },
        root: drawing([step("接到线索", "Elsa.Start", 40), step("登记", "Elsa.WriteLine", 280, { text: literal("线索已登记") }), step("等待回函", "Elsa.Delay", 520, { timeSpan: literal("00:01:00") }), step("核实完毕", "Elsa.End", 760)]),
    } });
    await publish(used.workflowDefinition.definitionId);
    // The type is in the toolbox as soon as it is in force.
    const type = (await ask("/descriptors/activities")).items.find(item => item.displayName === "核实线索" && item.isBrowsable);
    const outer = await ask("/workflow-definitions", { publish: false, model: {
        definitionId: null, name: "线索办理", root: drawing([step("收件", "Elsa.Start", 40), step("核实", type.typeName, 280, { ...type.constructionProperties }), step("办结", "Elsa.End", 520)]),
    } });
    await publish(outer.workflowDefinition.definitionId);
    const planner = await as(t, "计划员", "/workflows/start");
    await submit(planner, "发起：线索办理");
    const instance = (await ask("/workflow-instances", { page: 0, pageSize: 1, definitionId: outer.workflowDefinition.definitionId })).items[0].id;

    await open(page, `/studio/workflows/instances/${instance}/view`);
    assert.deepEqual((await labels(page)).sort(), ["办结", "收件", "核实"].sort());
    await page.locator('.x6-node[data-cell-id="核实"]').dblclick();
    await page.locator('.x6-node[data-cell-id="等待回函"]').waitFor();
    assert.deepEqual((await labels(page)).sort(), ["接到线索", "登记", "等待回函", "核实完毕"].sort());
    await page.locator('.x6-node[data-cell-id="登记"] .mud-badge').first().waitFor();
    await page.locator(".mud-timeline-item").filter({ hasText: "记一行" }).first().waitFor();
    await picture(page, "used");
    await page.locator(".mud-breadcrumb-item a").filter({ hasText: "整个流程" }).click();
    await page.locator('.x6-node[data-cell-id="核实"]').waitFor();

    // The server goes down and comes again; nobody touches the page.
    const lines = page.locator(".mud-timeline-item");
    await lines.first().waitFor();
    await site.restart();
    await lines.filter({ hasText: "办结" }).filter({ hasText: "已完成" }).first().waitFor({ timeout: 90_000 });
    await page.locator("#studio-message").waitFor({ state: "hidden" });
});

test("what cannot be saved – a server at fault, a refusal, an expired session, two editors – is told in Chinese and kept", { timeout: 900_000 }, async t => {
    const [manager, second] = site.people.filter(person => person.roles.includes("流程管理员"));
    const address = "/studio/workflows/definitions/supervision/edit";
    const drawn = async which => {
        await which.locator(".x6-graph .activity-label").first().waitFor();
        await which.waitForTimeout(5000);
    };
    const page = await as(t, "流程管理员", address, manager);
    await drawn(page);
    const note = page.locator("#studio-message");
    const describe = async (which, text) => {
        await which.locator("textarea").first().fill(text);
        await which.keyboard.press("Tab");
    };
    const says = pattern => page.waitForFunction(source => new RegExp(source).test(document.getElementById("studio-message").textContent), pattern.source);
    const stored = () => page.evaluate(async () => (await fetch("/elsa/api/workflow-definitions/by-definition-id/supervision?versionOptions=Latest")).json());
    const press = name => Promise.all([page.waitForNavigation({ waitUntil: "commit" }), note.getByRole("button", { name }).click()]);

    // The server fails: what was written stands on this computer, and is offered when the drawing is opened again.
    await page.route("**/elsa/api/workflow-definitions", route => route.request().method() === "POST" ? route.fulfill({ status: 500, body: "" }) : route.continue());
    await describe(page, "服务器出错时的说明");
    await says(/没有保存：服务器出错。修改已保留在本机/);
    await page.reload({ waitUntil: "commit" });
    await page.unroute("**/elsa/api/workflow-definitions");
    await note.getByRole("button", { name: "恢复这份修改" }).waitFor();
    assert.match(await note.textContent(), /本机有一份没有存上的修改/);
    await press("恢复这份修改");
    await drawn(page);
    assert.equal((await stored()).description, "服务器出错时的说明");

    // Refused: the page's token is not the browser's any more.
    await page.context().clearCookies({ name: "doublerandom-form" });
    await describe(page, "被拒绝的说明");
    await says(/没有保存：页面已过期或不是从本系统打开的.*修改已保留在本机/);
    await press("放弃这份修改");
    await drawn(page);
    assert.equal((await stored()).description, "服务器出错时的说明");

    // The session is over: sign in beside it, and save what was drawn.
    await page.context().clearCookies({ name: "doublerandom" });
    await describe(page, "登录失效时的说明");
    await says(/没有保存：登录已失效。修改已保留在本机/);
    await picture(page, "kept");
    const [door] = await Promise.all([page.context().waitForEvent("page"), note.getByRole("button", { name: "重新登录（新窗口）" }).click()]);
    await door.fill("#userName", manager.userName);
    await door.fill("#password", manager.password);
    await Promise.all([door.waitForURL(at => at.pathname !== "/signin", { waitUntil: "commit" }), door.click("main button[type=submit]")]);
    await press("重试保存");
    await drawn(page);
    assert.equal((await stored()).description, "登录失效时的说明");
    await door.close();

    // Somebody else saves meanwhile: who and when is said, nothing is overwritten, and what was written here is kept.
    const other = await as(t, "流程管理员", address, second);
    await drawn(other);
    await editor(other).saved(() => describe(other, "别人的说明"));
    await describe(page, "我的说明");
    await says(/没有保存：.+已在.+修改了这个流程/);
    await picture(page, "conflict");
    assert.equal((await stored()).description, "别人的说明");
    await press("查看对方的修改（刷新）");
    await note.getByRole("button", { name: "恢复这份修改" }).waitFor();
});
