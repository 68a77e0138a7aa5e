// The real Elsa Studio on our host: lists, two drawings, an instance with its journal, and a write that is refused.
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
    assert.match(await page.locator("#studio-message").textContent(), /只供查看/);
    await picture(page, "refused");
});
