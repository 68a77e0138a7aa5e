// What a person does in the Studio's editor, with the mouse and the keyboard.
/** The editor that is open in the page. */
export const editor = page => {
    const graph = page.locator(".x6-graph").first();
    const centre = async locator => {
        const box = await locator.boundingBox();
        return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const node = label => page.locator(".x6-node").filter({ has: page.locator(".activity-label", { hasText: new RegExp(`^\\s*${label}\\s*$`) }) });
    const tab = label => page.locator(".mud-tab").filter({ hasText: new RegExp(`^\\s*${label}\\s*$`) }).first();
    // The designer asks and answers all the time; what a person does next he does when it has come to rest.
    let waiting = 0, quietSince = Date.now();
    const ours = request => request.url().includes("/elsa/api/");
    page.on("request", request => { if (ours(request)) waiting++; });
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, request => { if (ours(request)) { waiting = Math.max(0, waiting - 1); quietSince = Date.now(); } });
    const rest = async () => {
        for (let left = 600; left > 0 && (waiting > 0 || Date.now() - quietSince < 1500); left--) await page.waitForTimeout(100);
    };
    const saved = async act => {
        const answer = page.waitForResponse(r => r.request().method() === "POST" && r.url().endsWith("/elsa/api/workflow-definitions") && r.ok());
        await Promise.all([answer, act()]);
        await rest();
    };
    // A list now and then closes at once when the designer draws the field anew just then: opened again, as a person would.
    const take = async (opener, choice) => {
        const option = page.locator(".mud-popover-open").getByText(choice, { exact: true }).first();
        for (let left = 5; ; left--) {
            await opener.click();
            if (await option.waitFor({ timeout: 8000 }).then(() => true, () => false)) break;
            if (left === 0) throw new Error(`${choice} is not offered`);
            await page.keyboard.press("Escape");
        }
        await page.waitForTimeout(500);
        await saved(() => option.click());
    };
    return {
        node, saved,
        findings: () => page.locator("#studio-findings").innerText(),
        deselect: async () => {
            await graph.click({ position: { x: 420, y: 420 } });
            await page.waitForTimeout(500);
        },
        drop: async (type, x, y, name = `${type}1`) => {
            await page.locator("input[placeholder='查找']").fill(type);
            const item = page.locator("[draggable=true]").filter({ hasText: new RegExp(`^\\s*${type}\\s*$`) }).first();
            await item.waitFor({ state: "attached" });
            await page.waitForTimeout(800);
            if (!await item.isVisible()) await page.locator(".mud-expand-panel").filter({ has: item }).locator(".mud-expand-panel-header").click();
            await item.waitFor();
            await page.waitForTimeout(500);
            await saved(() => item.dragTo(graph, { targetPosition: { x, y } }));
            await node(name).waitFor();
        },
        /** Opens what stands at a port inside a step: a drawing or a row, made where there is none yet. */
        enter: async (label, port, kind) => {
            await node(label).locator(".embedded-port").filter({ hasText: port }).first().click();
            const dialog = page.locator(".mud-dialog");
            await dialog.getByText(kind, { exact: true }).click();
            await saved(() => dialog.getByRole("button", { name: "确定" }).click());
            await page.locator(".mud-breadcrumb-item").filter({ hasText: port }).waitFor();
            await node(label).waitFor({ state: "hidden" });
            await rest();
        },
        /** Back to the whole drawing. */
        leave: async label => {
            await page.locator(".mud-breadcrumb-item a").filter({ hasText: "整个流程" }).click();
            await node(label).waitFor();
            await rest();
        },
        /** Words of a list, one after the other. */
        words: async (label, ...values) => {
            await page.locator(".mud-input-control").filter({ hasText: label }).locator("input").first().click();
            for (const value of values) {
                await page.keyboard.insertText(value);
                await saved(() => page.keyboard.press("Enter"));
            }
        },
        fill: async (label, text) => {
            await saved(async () => {
                await page.locator(".mud-input-control").filter({ hasText: label }).locator("input, textarea").first().fill(text);
                await page.keyboard.press("Tab");
            });
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
        select: async label => {
            await node(label).click();
            await page.waitForTimeout(1500);
            await tab("输入").click();
            await page.waitForTimeout(800);
            await rest();
        },
        choose: async (label, choice) => {
            await take(page.locator(".mud-select-extended").filter({ hasText: label }).first().locator("[tabindex='0']").first(), choice);
        },
        /** What the list of an input offers; it is closed again. */
        offered: async label => {
            const options = page.locator(".mud-popover-open .mud-list-item-extended, .mud-popover-open .mud-list-item");
            for (let left = 5; left > 0 && await options.count() === 0; left--) {
                await page.locator(".mud-select-extended").filter({ hasText: label }).first().locator("[tabindex='0']").first().click();
                await options.first().waitFor({ timeout: 8000 }).catch(() => {});
            }
            const texts = (await options.allInnerTexts()).map(text => text.trim()).filter(Boolean);
            await page.keyboard.press("Escape");
            await options.first().waitFor({ state: "hidden" });
            return texts;
        },
        pick: async (label, choice) => {
            await take(page.locator(".mud-input-control").filter({ hasText: label }).first().locator("input, [tabindex='0']").first(), choice);
        },
        // An expression opens in FEEL: there is nothing to choose before writing.
        write: async (label, text) => {
            const field = page.locator(".mud-input-control, .mud-field").filter({ hasText: label }).last();
            await field.scrollIntoViewIfNeeded();
            await page.waitForTimeout(500);
            const { y } = await field.boundingBox();
            let best = null;
            for (const one of await page.locator(".monaco-editor").all()) {
                const box = await one.boundingBox();
                if (box && (!best || Math.abs(box.y - y) < best.away)) best = { one, away: Math.abs(box.y - y) };
            }
            await best.one.click();
            await page.keyboard.press("Control+A");
            await saved(() => page.keyboard.insertText(text));
        },
        output: async (label, variable) => {
            await tab("输出").click();
            await page.waitForTimeout(1000);
            await take(page.locator(".mud-select-extended, .mud-select").filter({ hasText: label }).first(), variable);
        },
        variable: async (label, type, storage) => {
            await tab("变量").click();
            await page.getByRole("button", { name: "添加变量" }).click();
            const dialog = page.locator(".mud-dialog");
            // The dialog proposes a name; what is written before that is written over.
            const name = dialog.locator("input[type=text]").first();
            for (let left = 50; left > 0 && await name.inputValue() === ""; left--) await page.waitForTimeout(100);
            await page.waitForTimeout(500);
            await name.fill(label);
            await dialog.locator(".mud-select-extended [tabindex='0']").first().click();
            await page.locator(".mud-popover-open").getByText(type, { exact: true }).first().click();
            await page.waitForTimeout(500);
            await dialog.locator(".mud-select").last().click();
            await page.locator(".mud-popover-open").getByText(storage, { exact: true }).first().click();
            await page.waitForTimeout(500);
            await saved(() => dialog.getByRole("button", { name: "确定" }).click());
        },
    };
};
