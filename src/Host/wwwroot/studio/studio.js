// Joins the Elsa Studio to our host: our token on every request, our words where a request is refused, our pages behind its links,
// Chinese captions, and a first view of a drawing that can be read.
(() => {
    "use strict";
    const api = location.origin + "/elsa/api";
    const token = document.querySelector("meta[name=studio-token]").content;
    const main = document.getElementById("studio");
    const message = document.getElementById("studio-message");

    // Dates and the component library's own words in Chinese.
    localStorage.setItem("BlazorCulture", "zh-CN");

    // The Studio fills the window below a bar of a height it is told: ours is the head, the findings and what is said, so that nothing scrolls twice.
    new ResizeObserver(() => main.style.setProperty("--mud-appbar-height", `${innerHeight - main.clientHeight}px`)).observe(main);

    const isEditor = main.dataset.element === "elsa-workflow-definition-editor";

    // What is said to the person, with what can be done about it.
    const say = (text, ...buttons) => {
        message.classList.remove("info");
        message.textContent = text;
        for (const [label, act] of buttons) {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = label;
            button.addEventListener("click", act);
            message.append(" ", button);
        }
        message.hidden = false;
    };
    const unsay = () => { message.hidden = true; };
    /** Not a fault: something was done for the person. */
    const tell = (text, ...buttons) => {
        say(text, ...buttons);
        message.classList.add("info");
    };

    // A save that did not arrive stays on this computer until one does, or until the person drops it.
    const keyOf = id => "studio-draft:" + (id || "new");
    const keep = (id, copy) => {
        try {
            localStorage.setItem(keyOf(id), JSON.stringify(copy));
            return "修改已保留在本机。";
        } catch {
            return "本机存不下这份修改，请先用工具栏的“导出”存成文件。";
        }
    };
    const kept = id => {
        try {
            return JSON.parse(localStorage.getItem(keyOf(id)) ?? "null");
        } catch {
            return null;
        }
    };
    const drop = id => localStorage.removeItem(keyOf(id));
    const clock = at => new Date(at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const download = copy => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([JSON.stringify(copy.model, null, 2)], { type: "application/json" }));
        link.download = (copy.model.name || "draft") + ".json";
        link.click();
        URL.revokeObjectURL(link.href);
    };

    // The text each definition was last read or saved as: a save names it, and one on an older text is refused.
    const tags = new Map();
    // The definition on the page, as last read or saved.
    let whole = null;
    const remember = (response, definition) => {
        if (definition?.root && definition.definitionId === main.dataset.id) whole = definition;
        const tag = response.headers.get("X-Draft");
        if (tag && definition?.definitionId) tags.set(definition.definitionId, tag);
    };

    const textOf = async response => {
        try {
            return (await response.clone().json()).message ?? "";
        } catch {
            // Not one of our answers.
            return "";
        }
    };
    const signIn = ["重新登录（新窗口）", () => window.open("/signin?returnUrl=" + encodeURIComponent(location.pathname), "_blank")];

    // What a save has said stands until it has arrived.
    let unsaved = false;
    const explain = async response => {
        if (unsaved && !message.hidden) return;
        if (response.status === 401) return say("登录已失效，请重新登录后刷新本页。", signIn);
        const text = await textOf(response);
        if (response.status >= 500) say("服务器出错，请稍后重试。");
        else if (response.status !== 404) say(text || "请求被拒绝。");
    };

    // The Studio shows the texts of a 400 and nothing else; every other refusal reaches it as one.
    const refused = text => new Response(JSON.stringify({ statusCode: 400, message: text, errors: { generalErrors: text.split("\n") } }), { status: 400, headers: { "Content-Type": "application/json" } });

    const retry = id => async () => {
        const copy = kept(id);
        if (!copy) return unsay();
        const response = await save(copy.model, copy.tag, false);
        if (response?.ok) location.reload();
    };

    /** Sends a draft. What goes wrong is told, and the draft is kept. */
    const save = async (model, tag, publish, init) => {
        const id = model.definitionId;
        const headers = new Headers(init?.headers ?? { "Content-Type": "application/json" });
        headers.set("RequestVerificationToken", token);
        if (tag) headers.set("X-Draft", tag);
        const note = keep(id, { at: Date.now(), tag, model });
        unsaved = true;
        let response;
        try {
            response = await send(api + "/workflow-definitions", { ...init, method: "POST", headers, body: JSON.stringify({ model, publish }) });
        } catch (error) {
            say("没有保存：连不上服务器。" + note, ["重试保存", retry(id)]);
            throw error;
        }
        if (response.ok) {
            const answer = await response.clone().json();
            remember(response, answer.workflowDefinition);
            drop(id);
            unsaved = false;
            unsay();
            showFindings(answer.findings ?? []);
            // The first save after a publication makes a draft; a save of what is proposed voids the proposal.
            standing.textContent = answer.standing ?? "";
            showFilled(model, answer.workflowDefinition);
            return response;
        }
        const text = await textOf(response);
        if (response.headers.has("X-Draft")) {
            // Saved, and publishing goes on elsewhere or is refused for its findings.
            tags.set(id, response.headers.get("X-Draft"));
            drop(id);
            unsaved = false;
            const page = (await response.clone().json()).page;
            if (page) {
                say(text);
                setTimeout(() => location.assign(page), 800);
            } else {
                say(text);
                loadFindings();
            }
            return response;
        }
        if (response.status === 401) say("没有保存：登录已失效。" + note, signIn, ["重试保存", retry(id)]);
        else if (response.status === 409) say((text || "没有保存：别人已修改了这个流程。") + note, ["下载我的修改", () => download(kept(id))], ["查看对方的修改（刷新）", () => location.reload()]);
        else if (response.status >= 500) say("没有保存：服务器出错。" + note, ["重试保存", retry(id)]);
        else say("没有保存：" + (text || "请求被拒绝。") + note, ["重试保存", retry(id)], ["放弃这份修改", () => { drop(id); location.reload(); }]);
        // A fault of the server is tried again by the Studio itself.
        return response.status >= 500 ? response : refused("没有保存：" + (response.status === 401 ? "登录已失效，" + note : text || note));
    };

    const send = window.fetch.bind(window);

    // Lists that depend on another input. The Studio asks for them over and over while it draws a step's inputs, and what a person chooses in
    // between is lost; answered here, nothing is in between.
    const dependents = isEditor ? send(api + "/descriptors/dependents").then(answer => answer.ok ? answer.json() : null).catch(() => null) : null;
    const literalOf = input => (typeof input === "string" ? input : input?.expression?.value) || null;
    const answerList = async (activity, property, init, input) => {
        const table = await dependents;
        const name = property[0].toLowerCase() + property.slice(1);
        const known = table?.inputs.find(one => one.activity === activity && one.input === name);
        if (!known) return null;
        const { context } = JSON.parse(await new Response(init?.body ?? input.clone().body).text() || "{}");
        const lists = table.lists[known.list];
        return new Response(JSON.stringify({ items: lists[literalOf(context?.[known.by]) ?? known.default ?? ""] ?? lists[""] }), { headers: { "Content-Type": "application/json" } });
    };

    let last = Promise.resolve();
    const newest = new Map(), failed = new Map();
    window.fetch = async (input, init) => {
        const url = String(input?.url ?? input);
        if (!url.startsWith(api)) return send(input, init);
        const path = new URL(url).pathname.slice(new URL(api).pathname.length);
        if (path === "/workflow-definitions" && (init?.method ?? input?.method) === "POST") {
            const body = await new Response(init?.body ?? input.body).text();
            const { model, publish } = JSON.parse(body);
            // The Studio sends again what a faulty server did not take; what was drawn since counts, not that.
            if (body !== newest.get(model.definitionId) && Date.now() - (failed.get(body) ?? 0) < 20_000) return refused("这份修改已由后来的修改代替。");
            newest.set(model.definitionId, body);
            // One after the other: the Studio saves while an earlier save is still under way.
            const mine = last.then(() => save(model, tags.get(model.definitionId), publish, { ...init, body: undefined }));
            last = mine.then(answer => answer.status < 500 || failed.set(body, Date.now()), () => failed.set(body, Date.now()));
            return mine;
        }
        const list = dependents && /^\/descriptors\/activities\/([^/]+)\/options\/([^/]+)$/.exec(path);
        if (list) {
            const answer = await answerList(decodeURIComponent(list[1]), decodeURIComponent(list[2]), init, input);
            if (answer) return answer;
        }
        const headers = new Headers(init?.headers ?? input?.headers ?? {});
        headers.set("RequestVerificationToken", token);
        if (path === "/workflow-definitions/validation/is-name-unique") {
            // Unanswered, the Studio would not save at all: the save itself then says what is wrong, and keeps what was drawn.
            const answer = await send(input, { ...init, headers }).catch(() => null);
            return answer?.ok ? answer : new Response(JSON.stringify({ isUnique: true }), { headers: { "Content-Type": "application/json" } });
        }
        const response = await send(input, { ...init, headers });
        if (!response.ok) {
            await explain(response);
            const page = response.status === 400 ? (await response.clone().json().catch(() => ({}))).page : null;
            if (page) setTimeout(() => location.assign(page), 800);
            return response.status === 401 || response.status === 403 || response.status === 409 ? refused(await textOf(response) || "登录已失效") : response;
        }
        if (/^\/workflow-definitions\/by-(definition-)?id\//.test(path)) remember(response, await response.clone().json());
        return response;
    };

    // The viewer opens a line for each of its parts and never opens one again. When fewer stand than stood, it is opened anew as soon as the
    // server answers: what is watched goes on by itself after a restart or a broken line.
    if (main.dataset.element === "elsa-workflow-instance-viewer") {
        const lines = new Set();
        let most = 0, waiting = false;
        const again = async () => {
            if (lines.size >= most) return void (waiting = false);
            const answer = await send(`${api}/workflow-instances/${encodeURIComponent(main.dataset.id)}/execution-state`).catch(() => null);
            if (!answer?.ok) {
                if (answer?.status === 401) return say("登录已失效，请重新登录后刷新本页。", signIn);
                say("与服务器的连接中断，正在重新连接，本页暂不更新。");
                return void setTimeout(again, 3000);
            }
            [most, waiting] = [0, false];
            unsay();
            place();
        };
        const Socket = window.WebSocket;
        window.WebSocket = class extends Socket {
            constructor(...how) {
                super(...how);
                if (!String(how[0]).includes("/elsa/hubs/")) return;
                this.addEventListener("open", () => { most = Math.max(most, lines.add(this).size); });
                this.addEventListener("close", () => {
                    if (!lines.delete(this) || waiting) return;
                    waiting = true;
                    // Time for the viewer to open the line that takes the place of one it closed itself.
                    setTimeout(again, 5000);
                });
            }
        };
    }

    // Links inside the Studio change only the address; the page behind it is ours to load.
    const pageOf = url => {
        const path = /^(?:\/studio)?(\/workflows\/(?:definitions\/[^/]+\/edit|instances\/[^/]+\/view))$/.exec(new URL(url, document.baseURI).pathname);
        return path ? "/studio" + path[1] : null;
    };
    const push = history.pushState.bind(history);
    history.pushState = (state, title, url) => {
        const page = url ? pageOf(url) : null;
        if (page && page !== location.pathname) location.assign(page);
        else push(state, title, url);
    };
    document.addEventListener("click", event => {
        const link = event.target.closest?.("a[href]");
        const page = link && main.contains(link) ? pageOf(link.href) : null;
        if (!page) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        location.assign(page);
    }, true);

    // Captions: text, hints and titles outside the drawing and the code editor, whose texts are the definition's own.
    const { exact, patterns } = window.studioTexts;
    const inChinese = text => {
        const caption = text.trim();
        if (!/[A-Za-z]/.test(caption)) return null;
        if (Object.hasOwn(exact, caption)) return text.replace(caption, () => exact[caption]);
        const pattern = patterns.find(([form]) => form.test(caption));
        return pattern ? caption.replace(...pattern) : null;
    };
    const ours = ".x6-graph, .monaco-editor, textarea, script, style";
    const sayText = node => {
        if (node.parentElement?.closest(ours)) return;
        const text = inChinese(node.nodeValue);
        if (text !== null) node.nodeValue = text;
    };
    const attributes = ["placeholder", "title", "aria-label"];
    const sayElement = element => {
        if (element.closest(ours)) return;
        for (const name of attributes) {
            const text = element.hasAttribute(name) ? inChinese(element.getAttribute(name)) : null;
            if (text !== null) element.setAttribute(name, text);
        }
        const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, node =>
            node.nodeType === Node.ELEMENT_NODE && node.matches(ours) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
        while (walk.nextNode()) {
            const node = walk.currentNode;
            if (node.nodeType === Node.TEXT_NODE) {
                sayText(node);
                continue;
            }
            for (const name of attributes) {
                const text = node.hasAttribute(name) ? inChinese(node.getAttribute(name)) : null;
                if (text !== null) node.setAttribute(name, text);
            }
        }
    };
    // What the person may not do here is not offered; the server refuses it all the same. Cases are worked on through work items only.
    const writing = new Set(main.dataset.edit && main.dataset.element.includes("definition") ? ["运行", "取消"] : ["运行", "复制一份", "取消", "删除", "发布", "撤回发布", "导入", "批量操作"]);
    const hideWriting = () => {
        for (const item of document.querySelectorAll(".mud-menu-item:not([hidden]), .mud-menu-button-activator:not([hidden])"))
            if (writing.has(item.textContent.trim())) item.hidden = true;
        // A state machine is not run here.
        for (const template of document.querySelectorAll(".workflow-root-template-option:not([hidden])"))
            if (/状态机|State machine/.test(template.textContent)) template.hidden = true;
        // There are no converters to choose from.
        for (const label of document.querySelectorAll("label.mud-input-label"))
            if (label.textContent === "转换" && !label.closest("[hidden]")) label.closest(".mud-select, .mud-input-control").hidden = true;
    };
    // Ways on, and names of what stands at a port, that the designer gives by itself; all other texts of a drawing are the definition's own.
    const ways = { Done: "完成", Default: "其他" };
    const sayWays = () => {
        for (const way of document.querySelectorAll(".x6-port-label tspan")) if (Object.hasOwn(ways, way.textContent)) way.textContent = ways[way.textContent];
        for (const held of document.querySelectorAll(".x6-node .embedded-port *")) {
            const made = held.childElementCount === 0 && /^\s*(Sequence|Flowchart)(\d+)\s*$/.exec(held.textContent);
            if (made) held.textContent = `${made[1] === "Sequence" ? "顺序" : "流程图"}${made[2]}`;
        }
    };
    // Names the designer proposes; the person may write others.
    const proposed = [[/^Workflow (\d+)$/, "新流程 $1"], [/^(.+) - (?:Duplicate|Copy) of .+$/s, "$1（副本）"]];
    const nameAnew = () => {
        for (const input of document.querySelectorAll(".mud-dialog input[type=text]")) {
            const form = proposed.find(([pattern]) => pattern.test(input.value));
            if (!form || input === document.activeElement && input.dataset.named) continue;
            input.dataset.named = "1";
            input.value = input.value.replace(...form);
            for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
        }
    };
    new MutationObserver(changes => {
        sayWays();
        for (const wait of document.querySelector(".mud-dialog input[type=text]:not([data-named])") ? [0, 300, 1000] : []) setTimeout(nameAnew, wait);
        for (const change of changes) {
            if (change.type === "characterData") sayText(change.target);
            else if (change.type === "attributes") sayElement(change.target);
            else for (const node of change.addedNodes) node.nodeType === Node.TEXT_NODE ? sayText(node) : node.nodeType === Node.ELEMENT_NODE && sayElement(node);
        }
        hideWriting();
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes });

    // Findings: a list beside the drawing, and a mark on each node. Errors refuse publishing, hints do not.
    let findings = [];
    const panel = document.createElement("aside");
    panel.id = "studio-findings";
    panel.setAttribute("aria-label", "校验结果");
    const bindingsOf = async () => {
        const designer = performance.getEntriesByType("resource").map(r => r.name).find(n => /\/designer\.entry\.js(\?|$)/.test(n));
        return designer ? Object.values((await import(designer)).graphBindings) : [];
    };
    const graphOf = async () => (await bindingsOf()).at(-1)?.graph ?? null;
    // The way to a step: the steps to open one inside the other, each at which port.
    const insideOf = activity => [
        ...[...Array.isArray(activity.activities) ? activity.activities : [], ...Array.isArray(activity.branches) ? activity.branches : []].map(one => [one, null]),
        ...(Array.isArray(activity.cases) ? activity.cases : []).filter(one => one?.activity).map(one => [one.activity, one.label]),
        ...Object.entries(activity).filter(([name, one]) => name !== "start" && one?.id && one.type).map(([name, one]) => [one, name[0].toUpperCase() + name.slice(1)]),
    ];
    const wayTo = (id, activity = whole?.root, way = []) => {
        for (const [one, port] of activity ? insideOf(activity) : []) {
            const further = port === null ? way : [...way, { step: activity.id, port }];
            const found = one.id === id ? further : wayTo(id, one, further);
            if (found) return found;
        }
        return null;
    };
    const markNodes = () => {
        const worst = new Map();
        const mark = (id, finding) => worst.set(id, [...worst.get(id) ?? [], finding]);
        // What is wrong inside a step is marked at the step too: it is seen from outside.
        for (const finding of findings) for (const id of new Set([finding.nodeId, ...(wayTo(finding.nodeId) ?? []).map(one => one.step)])) mark(id, finding);
        for (const node of document.querySelectorAll(".x6-node[data-cell-id]")) {
            const own = worst.get(node.dataset.cellId) ?? [];
            node.classList.toggle("studio-error-node", own.some(f => f.isError));
            node.classList.toggle("studio-hint-node", own.length > 0 && !own.some(f => f.isError));
            const label = own.map(f => f.message).join("\n");
            if ((node.getAttribute("aria-description") ?? "") !== label) {
                if (label) node.setAttribute("aria-description", label);
                else node.removeAttribute("aria-description");
            }
        }
    };
    const until = async what => {
        for (let left = 80; left > 0; left--) {
            const found = what();
            if (found) return found;
            await new Promise(go => { setTimeout(go, 250); });
        }
        return null;
    };
    const cellOf = id => document.querySelector(`.x6-node[data-cell-id="${CSS.escape(id)}"]`);
    const bindingWith = async id => (await bindingsOf()).findLast(one => one.graph?.getCellById(id));
    /** Shows a step, however deep it stands; `select` as if it had been clicked. */
    const goTo = async (id, select) => {
        const way = wayTo(id) ?? [];
        if (way.length > 0 && !cellOf(id)) {
            [...document.querySelectorAll(".mud-breadcrumb-item a")].find(link => link.textContent.trim() === "整个流程")?.click();
            for (const { step, port } of way) {
                if (!await until(() => cellOf(step))) return;
                // As a click on the port does.
                const binding = await bindingWith(step);
                await binding?.interop.raiseActivityEmbeddedPortSelected(binding.graph.getCellById(step).data, port);
            }
        }
        if (!await until(() => cellOf(id))) return;
        const binding = await bindingWith(id);
        if (!binding) return;
        const cell = binding.graph.getCellById(id);
        binding.graph.centerCell(cell);
        if (!select) return;
        binding.graph.select?.(cell);
        await binding.interop.raiseActivitySelected(cell.data);
    };
    // Which version is in force, and which will be.
    const standing = document.createElement("p");
    standing.className = "standing";
    const showFindings = list => {
        findings = list;
        const errors = findings.filter(f => f.isError).length;
        panel.replaceChildren();
        const head = document.createElement("p");
        head.textContent = findings.length === 0 ? "校验：没有发现问题" : `校验：${errors} 处错误，${findings.length - errors} 处提示${errors ? "，改正后才能发布" : ""}`;
        panel.className = errors ? "error" : findings.length ? "hint" : "ok";
        panel.append(head, standing);
        const lines = document.createElement("ul");
        for (const finding of findings.slice(0, 100)) {
            const line = document.createElement("li");
            const button = document.createElement("button");
            button.type = "button";
            button.className = finding.isError ? "error" : "hint";
            button.textContent = (finding.isError ? "错误：" : "提示：") + finding.message;
            button.addEventListener("click", () => goTo(finding.nodeId).catch(console.debug));
            line.append(button);
            lines.append(line);
        }
        panel.append(lines);
        markNodes();
    };
    const loadFindings = async () => {
        const response = await send(`${api}/workflow-definitions/${encodeURIComponent(main.dataset.id)}/findings`);
        if (!response.ok) return;
        const { items, standing: said } = await response.json();
        standing.textContent = said;
        showFindings(items);
    };
    // The Studio reads a step's lists when the step is selected, not when the input they depend on changes: then it is selected again.
    const refreshLists = async (binding, { node, current, previous }) => {
        const own = (await dependents)?.inputs.filter(one => one.activity === current?.type) ?? [];
        if (!previous || !own.some(one => literalOf(previous[one.by]) !== literalOf(current[one.by])) || !binding.graph.isSelected(node)) return;
        const field = document.activeElement?.closest(".mud-input-control")?.querySelector("label")?.textContent;
        await binding.interop.raiseCanvasSelected();
        await binding.interop.raiseActivitySelected(node.data);
        // The person goes on where he was.
        setTimeout(() => {
            if (document.activeElement && document.activeElement !== document.body) return;
            [...document.querySelectorAll(".mud-input-control")].find(one => one.querySelector("label")?.textContent === field)?.querySelector("[tabindex='0'], input")?.focus();
        }, 800);
    };
    const joined = new WeakSet();
    const joinGraphs = async () => {
        for (const binding of await bindingsOf()) {
            if (!binding.graph || joined.has(binding.graph)) continue;
            joined.add(binding.graph);
            binding.graph.on("node:change:data", change => refreshLists(binding, change).catch(console.debug));
        }
    };
    // The tools of a line stay when the mouse leaves it across another cell: away from lines there are none.
    let swept = 0;
    const sweepTools = async event => {
        if (event.buttons || Date.now() - swept < 200 || !event.target.closest?.(".x6-graph") || event.target.closest(".x6-edge, .x6-cell-tool, .x6-edge-tool")) return;
        swept = Date.now();
        for (const { graph } of await bindingsOf()) for (const edge of graph?.getEdges() ?? []) if (edge.hasTools()) edge.removeTools();
    };
    if (isEditor) {
        main.addEventListener("pointermove", event => sweepTools(event).catch(console.debug), true);
        let seen = 0;
        new MutationObserver(() => {
            const graphs = main.querySelectorAll(".x6-graph").length;
            if (graphs !== seen) for (const wait of [0, 500, 2000, 5000]) setTimeout(() => joinGraphs().catch(console.debug), wait);
            seen = graphs;
        }).observe(main, { subtree: true, childList: true });
        main.after(panel);
        loadFindings().catch(console.debug);
        // The Studio draws a node anew after each change of it.
        new MutationObserver(markNodes).observe(main, { subtree: true, childList: true });
        const copy = kept(main.dataset.id);
        if (copy) say(`本机有一份没有存上的修改（${clock(copy.at)}）。`,
            ["恢复这份修改", async () => {
                // On purpose over what is there now: the person was asked and has seen it.
                const now = await send(`${api}/workflow-definitions/by-definition-id/${encodeURIComponent(main.dataset.id)}?versionOptions=Latest`);
                const response = await save(copy.model, now.headers.get("X-Draft"), false);
                if (response.ok) location.reload();
            }], ["下载", () => download(copy)], ["放弃", () => { drop(main.dataset.id); unsay(); }]);
    }

    // The Studio centres a drawing, which for a long one is its middle. Ours begins at the start, or at the step the instance waits at.
    let waitsAt = null;
    const showBeginning = async () => {
        const graph = await graphOf();
        if (!graph) return;
        // Asked once: the drawing is placed several times.
        if (main.dataset.element === "elsa-workflow-instance-viewer")
            waitsAt ??= window.fetch(api + "/workflow-instances/" + main.dataset.id).then(answer => answer.json()).then(instance => instance.workflowState?.bookmarks?.[0]?.activityId);
        const waiting = await waitsAt;
        const cell = waiting && graph.getCellById(waiting);
        placing = true;
        graph.zoomTo(0.8);
        if (cell) graph.centerCell(cell);
        else {
            graph.positionContent("left");
            graph.translateBy(32, 0);
        }
        placing = false;
    };
    /** The Studio centres the drawing once more when its nodes are measured and its panels open, on a busy computer late: it is put back until a person touches it. */
    let placing = false, left = 12;
    const keepBeginning = async () => {
        const graph = await graphOf();
        const until = Date.now() + 30_000;
        for (const event of ["translate", "scale"]) graph?.on(event, () => {
            if (!placing && !touched && Date.now() < until && left-- > 0) setTimeout(() => { if (!touched) showBeginning().catch(console.debug); }, 50);
        });
    };
    const drawn = new MutationObserver(() => {
        if (!document.querySelector(".x6-graph .activity-label")) return;
        drawn.disconnect();
        // An empty drawing gets its first step from the person: it stays where it was put.
        if (touched) return;
        // At once, and again after the Studio's own centring, which follows the measuring of the nodes; on a busy computer that takes its time.
        keepBeginning().catch(console.debug);
        for (const wait of [100, 500, 1500, 4000]) setTimeout(() => { if (!touched) showBeginning().catch(console.debug); }, wait);
    });
    if (main.dataset.id) drawn.observe(main, { subtree: true, childList: true });

    const open = path => id => {
        location.assign("/studio/workflows/" + path.replace("*", encodeURIComponent(id)));
    };
    const provider = document.createElement("elsa-backend-provider");
    provider.setAttribute("remote-endpoint", api);
    main.append(provider);
    let element = null;
    const place = () => {
        element?.remove();
        element = document.createElement(main.dataset.element);
        if (main.dataset.element === "elsa-workflow-definition-editor") element.setAttribute("definition-id", main.dataset.id);
        if (main.dataset.element === "elsa-workflow-instance-viewer") element.setAttribute("instance-id", main.dataset.id);
        main.append(element);
        // A callback set before the element is upgraded is lost.
        const placed = element;
        customElements.whenDefined(main.dataset.element).then(() => {
            placed.editWorkflowDefinition = open("definitions/*/edit");
            placed.viewWorkflowInstance = open("instances/*/view");
        });
    };
    place();

    // A step whose form was chosen is kept with the form's outcomes. The designer does not read back what it sent: the drawing is opened anew,
    // as soon as the person rests and nothing drawn since is still on its way.
    let touched = 0;
    for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) main.addEventListener(kind, event => { if (kind !== "pointermove" || event.buttons) touched = Date.now(); }, true);
    const outcomesOf = activity => activity?.outcomes?.expression?.value ?? "";
    const stepsOf = activity => activity ? [activity, ...insideOf(activity).flatMap(([one]) => stepsOf(one))] : [];
    function showFilled(sent, kept) {
        const before = new Map(stepsOf(sent.root).map(step => [step?.id, outcomesOf(step)]));
        const filled = stepsOf(kept.root).filter(step => before.has(step?.id) && before.get(step.id) !== outcomesOf(step) && outcomesOf(step));
        if (filled.length === 0) return;
        const mine = newest.get(sent.definitionId);
        const wait = () => {
            if (newest.get(sent.definitionId) !== mine) return;
            if (Date.now() - touched < 1500) return void setTimeout(wait, 250);
            place();
            // Back to where the person is at work.
            goTo(filled[0].id, true).catch(console.debug);
            tell(filled.map(step => `“${step.metadata?.displayText || step.name}”的办理意见已按所选表单填好：${JSON.parse(outcomesOf(step)).join("、")}。`).join("\n"), ["知道了", unsay]);
        };
        wait();
    }
})();
