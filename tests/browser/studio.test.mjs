// The real Elsa Studio on our host: lists and drawings for a reader; for a process manager a new process from the toolbox alone, published by two
// persons, run, watched and rolled back.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage, root, signIn, startSite } from "./site.mjs";

const pictures = join(root, "docs", "guide", "images");
let site, browser, session;

before(async () => {
    mkdirSync(pictures, { recursive: true });
    site = await startSite();
    browser = await openBrowser();
    session = await signIn(browser, site, site.personOf("科室负责人"));
}, { timeout: 600_000 });

after(async () => {
    await browser?.close();
    await site?.stop();
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
    await page.waitForTimeout(5000);
    assert.ok(await page.locator(".x6-graph .mud-badge").count() > 0, "no badge at any step");
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

/** A page of somebody else's session; closed with the test. */
const as = async (t, role, path, who = site.personOf(role)) => {
    const context = await signIn(browser, site, who, { width: 1600, height: 1200 });
    const { page, faults } = await openPage(context, site, path);
    t.after(async () => {
        await context.close();
        assert.deepEqual(faults.filter(fault => fault.startsWith("request to")), [], "a request left the host");
    });
    return page;
};

/** What a person does in the editor. */
const editor = page => {
    const graph = page.locator(".x6-graph").first();
    const centre = async locator => {
        const box = await locator.boundingBox();
        return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const node = label => page.locator(".x6-node").filter({ has: page.locator(".activity-label", { hasText: new RegExp(`^\\s*${label}\\s*$`) }) });
    const saved = async act => {
        const answer = page.waitForResponse(r => r.request().method() === "POST" && r.url().endsWith("/elsa/api/workflow-definitions") && r.ok());
        await act();
        await answer;
    };
    return {
        node, saved,
        findings: () => page.locator("#studio-findings").innerText(),
        deselect: async () => {
            await graph.click({ position: { x: 420, y: 420 } });
            await page.waitForTimeout(500);
        },
        drop: async (type, x, y) => {
            await page.locator("input[placeholder='查找']").fill(type);
            const item = page.locator("[draggable=true]").filter({ hasText: new RegExp(`^\\s*${type}\\s*$`) }).first();
            await item.waitFor({ state: "attached" });
            await page.waitForTimeout(800);
            if (!await item.isVisible()) await page.locator(".mud-expand-panel").filter({ has: item }).locator(".mud-expand-panel-header").click();
            await item.waitFor();
            await page.waitForTimeout(500);
            await saved(() => item.dragTo(graph, { targetPosition: { x, y } }));
            await node(`${type}1`).waitFor();
        },
        connect: async (from, port, to) => {
            const start = await centre(node(from).locator(`.x6-port-body[port="${port}"]`).first());
            const end = await centre(node(to).locator('.x6-port-body[port="In"]').first());
            await saved(async () => {
                await page.mouse.move(...start);
                await page.mouse.down();
                await page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, { steps: 8 });
                await page.mouse.move(...end, { steps: 8 });
                await page.mouse.up();
            });
        },
        choose: async (label, choice) => {
            await page.locator(".mud-select-extended").filter({ hasText: label }).first().locator("[tabindex='0']").first().click();
            await saved(() => page.locator(".mud-popover-open").getByText(choice, { exact: true }).first().click());
        },
    };
};

const open = async (page, url) => {
    await page.goto(site.url + url, { waitUntil: "commit" });
    await page.locator(".x6-graph").waitFor();
    await page.waitForTimeout(5000);
};

const submit = (page, button) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name: button, exact: true }).click()]);

test("a manager builds a process from the toolbox alone; two persons publish it; a case runs on it and is watched; the version before comes back", { timeout: 900_000 }, async t => {
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

    // Drag and connect. A step of the law comes with its role, form and opinions.
    const studio = editor(page);
    await studio.drop("开始", 60, 150);
    await studio.drop("立专项检查", 300, 150);
    await studio.drop("通知", 560, 150);
    await studio.drop("结束", 780, 150);
    await studio.deselect();
    await studio.connect("开始1", "Done", "立专项检查1");
    await studio.connect("立专项检查1", "立案", "通知1");
    await studio.connect("立专项检查1", "不予受理", "结束1");
    await studio.connect("通知1", "Done", "结束1");

    // The finding stands on its node; a dropdown and a text heal it.
    await page.locator("#studio-findings.error").waitFor();
    assert.match(await studio.findings(), /错误：“通知1”没有填写“角色”/);
    assert.match(await studio.node("通知1").getAttribute("class"), /studio-error-node/);
    assert.doesNotMatch(await studio.node("立专项检查1").getAttribute("class"), /studio-error-node/);
    await picture(page, "finding");
    await studio.node("通知1").click();
    await page.locator(".mud-select-extended").filter({ hasText: "角色" }).first().waitFor();
    await studio.choose("角色", "局长");
    await studio.saved(async () => {
        await page.locator(".mud-input-control").filter({ hasText: "内容" }).locator("textarea").first().fill("已立专项检查，请关注。");
        await page.keyboard.press("Tab");
    });
    await page.locator("#studio-findings.ok").waitFor();
    assert.doesNotMatch(await studio.node("通知1").getAttribute("class"), /studio-error-node/);
    await picture(page, "built");

    // Publishing is an act of two persons.
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

    // A planner starts a case and does its first step.
    const planner = await as(t, "计划员", "/workflows/start");
    await submit(planner, `发起：${name}`);
    const item = planner.getByRole("link", { name: "立专项检查" }).first();
    await Promise.all([planner.waitForNavigation(), item.click()]);

    // Watched live: the step waits, then it is done.
    const viewer = await as(t, "流程管理员", "/studio/workflows/instances", manager);
    await viewer.locator("tbody tr").first().waitFor();
    const instance = await viewer.evaluate(async definition => {
        const token = document.querySelector("meta[name=studio-token]").content;
        const all = await fetch("/elsa/api/workflow-instances", { method: "POST", headers: { "Content-Type": "application/json", RequestVerificationToken: token }, body: JSON.stringify({ page: 0, pageSize: 1, definitionId: definition }) });
        return (await all.json()).items[0].id;
    }, id);
    await open(viewer, `/studio/workflows/instances/${instance}/view`);
    await viewer.locator(".mud-timeline-item").first().waitFor();
    const before = await viewer.locator(".mud-timeline-item").count();
    await picture(viewer, "live-waiting");
    await planner.locator("textarea").first().fill("2026年9月20日群众来电反映，经核查不属本局管辖。");
    await Promise.all([planner.waitForNavigation(), planner.getByRole("button", { name: "不予受理" }).click()]);
    for (let left = 20; await viewer.locator(".mud-timeline-item").count() <= before; left--) {
        assert.ok(left > 0, "the journal in the viewer did not grow");
        await viewer.waitForTimeout(1000);
    }
    await picture(viewer, "live-done");

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

test("what cannot be saved is told in Chinese, kept on the computer and offered again", { timeout: 600_000 }, async t => {
    const page = await as(t, "流程管理员", "/studio/workflows/definitions/supervision/edit");
    await page.locator(".x6-graph .activity-label").first().waitFor();
    await page.waitForTimeout(5000);
    const note = page.locator("#studio-message");
    for (const [status, says] of [[500, /服务器出错。修改已保留在本机/], [401, /登录已失效。修改已保留在本机/]]) {
        await page.route("**/elsa/api/workflow-definitions", route => route.request().method() === "POST" ? route.fulfill({ status, body: "" }) : route.continue());
        await page.locator("textarea").first().fill(`没有存上的说明 ${status}`);
        await page.keyboard.press("Tab");
        await page.waitForFunction(pattern => new RegExp(pattern).test(document.getElementById("studio-message").textContent), says.source);
        await page.unroute("**/elsa/api/workflow-definitions");
    }
    await picture(page, "kept");
    await page.reload({ waitUntil: "commit" });
    await note.getByRole("button", { name: "恢复这份修改" }).waitFor();
    assert.match(await note.textContent(), /本机有一份没有存上的修改/);
    await Promise.all([page.waitForNavigation({ waitUntil: "commit" }), note.getByRole("button", { name: "恢复这份修改" }).click()]);
    await page.locator(".x6-graph .activity-label").first().waitFor();
    assert.equal(await page.evaluate(async () => (await (await fetch("/elsa/api/workflow-definitions/by-definition-id/supervision?versionOptions=Latest")).json()).description), "没有存上的说明 401");

    // Somebody else saves meanwhile: who and when is said, and nothing is overwritten.
    await page.evaluate(async () => {
        const token = document.querySelector("meta[name=studio-token]").content;
        const answer = await fetch("/elsa/api/workflow-definitions/by-definition-id/supervision?versionOptions=Latest&other");
        const model = await answer.json();
        model.description = "别人的说明";
        const request = new XMLHttpRequest();
        request.open("POST", "/elsa/api/workflow-definitions", false);
        request.setRequestHeader("Content-Type", "application/json");
        request.setRequestHeader("RequestVerificationToken", token);
        request.setRequestHeader("X-Draft", answer.headers.get("X-Draft"));
        request.send(JSON.stringify({ model }));
        if (request.status !== 200) throw new Error(request.responseText);
    });
    await page.waitForTimeout(4000);
    await page.locator("textarea").first().fill("我的说明");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => /没有保存：.+已在.+修改了这个流程/.test(document.getElementById("studio-message").textContent));
    await picture(page, "conflict");
});
