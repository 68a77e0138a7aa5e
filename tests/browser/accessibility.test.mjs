// What a screen reader is told, on every kind of page the staff have: Chromium's own accessibility tree, not our markup.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, desk, served, signIn, site } from "./site.mjs";

served();

/** Roles of what is pressed, chosen, filled in or looked into: each needs a name of its own. */
const named = new Set(["button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "slider", "spinbutton", "menuitem", "tab", "dialog", "alertdialog",
    "image", "img", "Iframe", "Date", "DateTime", "InputTime", "ColorWell", "DisclosureTriangle", "DisclosureTriangleGrouped", "region", "progressbar", "meter"]);

/** What is wrong with the page for somebody who hears it; empty when nothing is. */
async function faultsOf(page) {
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    await session.detach();
    const seen = nodes.filter(n => !n.ignored);
    const byId = new Map(nodes.map(n => [n.nodeId, n]));
    const role = n => n.role?.value;
    const name = n => (n.name?.value ?? "").trim();
    const faults = [];
    for (const node of seen) {
        if (named.has(role(node)) && name(node) === "") faults.push(`${role(node)} without a name in “${seen.slice(0, seen.indexOf(node)).map(name).filter(t => t !== "").slice(-3).join(" / ")}”`);
    }
    const headings = seen.filter(n => role(n) === "heading").map(n => ({ level: n.properties?.find(p => p.name === "level")?.value?.value ?? 0, text: name(n) }));
    if (headings.filter(h => h.level === 1).length !== 1) faults.push(`${headings.filter(h => h.level === 1).length} headings of the first level`);
    for (const [i, heading] of headings.entries()) {
        if (heading.text === "") faults.push("a heading without words");
        if (i > 0 && heading.level > headings[i - 1].level + 1) faults.push(`heading “${heading.text}” of level ${heading.level} after level ${headings[i - 1].level}`);
    }
    const within = (node, wanted) => (node.childIds ?? []).map(id => byId.get(id)).filter(Boolean).flatMap(child => [...(wanted(child) ? [child] : []), ...within(child, wanted)]);
    for (const table of seen.filter(n => ["table", "grid"].includes(role(n)))) {
        const headers = within(table, n => !n.ignored && ["columnheader", "rowheader"].includes(role(n)));
        if (headers.length === 0) faults.push(`a table without headers: ${within(table, n => !n.ignored).map(name).find(t => t !== "") ?? ""}`);
        if (headers.some(h => name(h) === "")) faults.push(`a table header without words beside “${headers.map(name).join("、")}”`);
    }
    if (seen.filter(n => role(n) === "main").length !== 1) faults.push("not one main part");
    return [...faults, ...await page.evaluate(() => {
        const found = [];
        if (document.documentElement.lang === "") found.push("no language");
        if (document.title.trim() === "") found.push("no title");
        const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
        for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`id ${id} twice`);
        for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
            for (const element of document.querySelectorAll(`[${attribute}]`)) {
                for (const id of element.getAttribute(attribute).split(" ")) if (!document.getElementById(id)) found.push(`${attribute} names ${id}, which is not there`);
            }
        }
        return found;
    })];
}

/** The pages of a role, with those behind their lists. */
const rounds = {
    督办员: ["/inbox", "/cases", "/escalation", "/escalation?by=law", "/escalation/alerts", "/escalation/exposures", "/deadlines/ladder", "/deadlines/moved", "/deadlines/month", "/notifications", "/profile", "/substitutions"],
    法制审核: ["/deadlines/calendar", "/deadlines/rules", "/deadlines/rules/result.publish", "/deadlines/rules/plan.demand", "/inbox?tab=done"],
    科室负责人: ["/inbox?tab=group", "/inbox?group=case", "/workload", "/plans", "/plans/demands", "/plans/progress", "/campaigns"],
    系统管理员: ["/deadlines/calendar", "/deadlines/ladder", "/registers", "/registers/inspectees", "/registers/imports", "/registers/quality", "/registers/compare"],
    名录员: ["/registers", "/registers/inspectees", "/registers/items", "/registers/inspectees/import", "/registers/inspectees/entry"],
    流程管理员: ["/workflows/publishing", "/workflows/start", "/workflows/migration"],
};

for (const [role, paths] of Object.entries(rounds)) {
    test(`what the ${role} hears: every control has a name, headings and tables are in order`, { timeout: 240_000 }, async () => {
        const context = await signIn(browser, site, site.personOf(role), desk);
        const page = await context.newPage();
        const behind = new Set();
        const faults = [];
        const look = async path => {
            await page.goto(site.url + path);
            await page.locator("h1").first().waitFor();
            // What is folded is heard once it is opened.
            await page.evaluate(() => { for (const details of document.querySelectorAll("main details")) details.open = true; });
            faults.push(...(await faultsOf(page)).map(fault => `${path}: ${fault}`));
        };
        for (const path of paths) {
            await look(path);
            const link = await page.locator("td.lead a[href^='/']").first().getAttribute("href", { timeout: 100 }).catch(() => null);
            // One of each kind.
            if (link && ![...behind].some(known => known.split("/")[1] === link.split("/")[1])) behind.add(link);
        }
        for (const path of behind) await look(path);
        await context.close();
        assert.deepEqual(faults, []);
    });
}

test("what changes on a page is said: lists that follow others, refusals, what was done", { timeout: 120_000 }, async () => {
    const context = await signIn(browser, site, site.personOf("科室负责人"), desk);
    const page = await context.newPage();
    await page.goto(`${site.url}/inbox`);
    assert.equal(await page.locator("#inbox-said").getAttribute("aria-live"), "polite", "the list's changes are not announced");
    await page.goto(`${site.url}/substitutions`);
    const today = await page.locator("#from").inputValue();
    await page.locator("#substitute").selectOption({ index: 1 });
    await page.fill("#to", `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`);
    await page.fill("#reason", "外出");
    await page.locator("form.card button.primary").click();
    await page.locator(".notice.error[role=alert]").waitFor();
    assert.match(await page.locator(".notice.error").innerText(), /结束日期|早于/);
    await context.close();
});
