// What the files about the inbox share: people of the office in their browsers, and a process of the office's own.
import assert from "node:assert/strict";
import { browser, desk, openPage, signIn, site } from "./site.mjs";

const sessions = new Map();

/** The session of a person by the account's name; signed in once. */
export async function as(userName) {
    if (!sessions.has(userName)) {
        const context = await signIn(browser, site, site.people.find(p => p.userName === userName), desk);
        const session = await (await context.request.get(`${site.url}/api/session`)).json();
        sessions.set(userName, { context, headers: { [session.tokenHeader]: session.token } });
    }
    return sessions.get(userName);
}

export const open = async (userName, path) => (await openPage((await as(userName)).context, site, path)).page;
export const get = async (userName, path) => (await (await as(userName)).context.request.get(site.url + path)).json();
export const post = async (userName, path, data = {}) => {
    const { context, headers } = await as(userName);
    const answer = await context.request.post(site.url + path, { headers, data });
    return { status: answer.status(), body: await answer.json() };
};

/** Opens the item, fills the verb's form and presses its button; what the page says then. */
export async function act(userName, id, verb, fill = async () => {}) {
    const page = await open(userName, `/work-items/${id}`);
    const form = page.locator(`#verb-${verb}`);
    if (!await form.evaluate(details => details.open)) await form.locator("summary").first().click();
    assert.match(await form.locator(".effect").innerText(), /时限/, "the effect on the deadline is not said");
    await fill(form, page);
    await form.locator("button[type=submit]").click();
    await page.locator(".notice.ok[role=status], .notice.error").first().waitFor();
    const said = await page.locator(".notice.ok[role=status], .notice.error").first().innerText();
    await page.close();
    return said;
}

/** A person who may not: the page does not offer the verb, and pressed from his own browser all the same it is refused in Chinese and nothing happens. */
export async function refused(userName, id, verb, path, body, code, witness) {
    const before = (await get(witness, `/api/work-items?tab=mine`)).items.find(i => i.id === id);
    const page = await open(userName, `/work-items/${id}`);
    await page.locator("main h1").waitFor();
    assert.equal(await page.locator(`#verb-${verb}`).count(), 0, `${verb} is offered to ${userName}`);
    const { headers } = await as(userName);
    const answer = await page.evaluate(async ([url, headers, body]) => {
        const response = await fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });
        return { status: response.status, ...await response.json() };
    }, [`/api/work-items/${id}/${path}`, headers, body]);
    await page.close();
    assert.equal(answer.code, code);
    assert.ok(answer.status >= 400 && /[\u4e00-\u9fff]{4}/.test(answer.title), `${answer.status} ${answer.title}`);
    assert.deepEqual((await get(witness, `/api/work-items?tab=mine`)).items.find(i => i.id === id), before, "the item is not as it was");
}

export const choose = (label, opinion) => async form => {
    if (label) await form.locator("select").first().selectOption({ label: await form.locator("select option").filter({ hasText: label }).first().innerText() });
    if (opinion) await form.locator("textarea").fill(opinion);
};

/** A process of the office's own: one step after the other, published by two process managers. */
export async function publishOwn(definitionId, name) {
    const [one, two] = site.people.filter(p => p.roles.includes("流程管理员"));
    const value = (typeName, type, text) => ({ typeName, expression: { type, value: text }, memoryReference: null });
    const step = (id, title, role, x) => ({
        id, nodeId: `Workflow1:root:${id}`, name: id, type: "Inspection.HumanTask", version: 1, customProperties: {}, metadata: { displayText: title, designer: { position: { x, y: 150 }, size: { width: 180, height: 60 } } },
        title: value("String", "Literal", title), role: value("String", "Literal", role), form: value("String", "Literal", "special.open"), outcomes: value("Object", "Object", '["不予受理"]'),
    });
    const edge = (from, port, to) => ({ source: { activity: from, port }, target: { activity: to, port: "In" }, vertices: [] });
    const model = {
        id: `${definitionId}-v1`, definitionId, name, description: "登记线索，科室负责人复核", version: 1, toolVersion: "3.8.0.0", variables: [], inputs: [], outputs: [], outcomes: [], customProperties: {}, isLatest: true, isPublished: false,
        options: { incidentStrategyType: "Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core" },
        root: {
            id: "root", nodeId: "Workflow1:root", type: "Elsa.Flowchart", version: 1, customProperties: { notFoundConnections: [] }, metadata: {}, variables: [],
            activities: [{ id: "start", nodeId: "Workflow1:root:start", name: "start", type: "Elsa.Start", version: 1, customProperties: {}, metadata: { displayText: "开始", designer: { position: { x: 40, y: 150 }, size: { width: 180, height: 60 } } } },
                step("draft", "登记线索", "planner", 260), step("check", "复核线索", "section-head", 480), step("approve", "批准线索", "director", 590),
                { id: "end", nodeId: "Workflow1:root:end", name: "end", type: "Elsa.End", version: 1, customProperties: {}, metadata: { displayText: "结束", designer: { position: { x: 700, y: 150 }, size: { width: 180, height: 60 } } } }],
            connections: [edge("start", "Done", "draft"), edge("draft", "不予受理", "check"), edge("check", "不予受理", "approve"), edge("approve", "不予受理", "end")],
        },
    };
    const taken = await post(one.userName, "/elsa/api/workflow-definitions/import", model);
    assert.equal(taken.status, 200, JSON.stringify(taken.body));
    const asks = await open(one.userName, `/workflows/publishing/${definitionId}`);
    await asks.fill("#reason", "本局线索会商");
    await Promise.all([asks.waitForNavigation(), asks.getByRole("button", { name: "提出申请", exact: true }).click()]);
    await asks.close();
    const agrees = await open(two.userName, `/workflows/publishing/${definitionId}`);
    await agrees.fill("#opinion", "已核对");
    await Promise.all([agrees.waitForNavigation(), agrees.getByRole("button", { name: "批准", exact: true }).click()]);
    assert.match(await agrees.locator("main").innerText(), /生效/);
    await agrees.close();
}

export async function startOwn(userName, name) {
    const page = await open(userName, "/workflows/start");
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: `发起：${name}`, exact: true }).click()]);
    const caseNo = /编号 (LC\d{4}-\d+)/.exec(await page.locator("main").innerText())[1];
    await page.close();
    return caseNo;
}

export const itemOf = async (userName, caseNo, title) => (await get(userName, `/api/work-items?q=${caseNo}`)).items.find(i => i.caseNo === caseNo && i.title === title);

/** Does the step with its only outcome. */
export async function finish(userName, id) {
    const page = await open(userName, `/work-items/${id}`);
    await page.locator("textarea[name='f.lead']").fill("群众来电反映，经核查不属本局管辖。");
    await page.locator(".outcomes button").first().click();
    await page.locator(".notice.ok[role=status]").first().waitFor();
    await page.close();
}
