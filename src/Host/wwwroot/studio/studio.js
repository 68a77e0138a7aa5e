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

    const say = text => {
        message.textContent = text;
        message.hidden = false;
    };

    const explain = async response => {
        if (response.status === 401) return say("登录已失效，请重新登录后再打开本页");
        let text = "";
        try {
            text = (await response.clone().json()).message ?? "";
        } catch {
            // Not one of our answers.
        }
        if (response.status === 400 || response.status === 403) say(text || "请求被拒绝");
        else if (response.status >= 500) say("服务器出错，请稍后重试");
    };

    const send = window.fetch.bind(window);
    window.fetch = async (input, init) => {
        const url = String(input?.url ?? input);
        if (!url.startsWith(api)) return send(input, init);
        const headers = new Headers(init?.headers ?? input?.headers ?? {});
        headers.set("RequestVerificationToken", token);
        const response = await send(input, { ...init, headers });
        if (!response.ok) await explain(response);
        return response;
    };

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
    // What only writes is not offered; the server refuses it all the same.
    const writing = new Set(["运行", "复制一份", "取消", "删除", "发布", "撤回发布", "导入", "批量操作"]);
    const hideWriting = () => {
        for (const item of document.querySelectorAll(".mud-menu-item:not([hidden]), .mud-menu-button-activator:not([hidden])"))
            if (writing.has(item.textContent.trim())) item.hidden = true;
    };
    new MutationObserver(changes => {
        for (const change of changes) {
            if (change.type === "characterData") sayText(change.target);
            else if (change.type === "attributes") sayElement(change.target);
            else for (const node of change.addedNodes) node.nodeType === Node.TEXT_NODE ? sayText(node) : node.nodeType === Node.ELEMENT_NODE && sayElement(node);
        }
        hideWriting();
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes });

    // The Studio centres a drawing, which for a long one is its middle. Ours begins at the start, or at the step the instance waits at.
    const showBeginning = async () => {
        const designer = performance.getEntriesByType("resource").map(r => r.name).find(n => /\/designer\.entry\.js(\?|$)/.test(n));
        if (!designer) return;
        const graph = Object.values((await import(designer)).graphBindings)[0]?.graph;
        if (!graph) return;
        const waiting = main.dataset.element === "elsa-workflow-instance-viewer"
            ? (await (await window.fetch(api + "/workflow-instances/" + main.dataset.id)).json()).workflowState?.bookmarks?.[0]?.activityId : null;
        const cell = waiting && graph.getCellById(waiting);
        graph.zoomTo(0.8);
        if (cell) graph.centerCell(cell);
        else {
            graph.positionContent("left");
            graph.translateBy(32, 0);
        }
    };
    const drawn = new MutationObserver(() => {
        if (!document.querySelector(".x6-graph .activity-label")) return;
        drawn.disconnect();
        // After the Studio's own centring, which follows the measuring of the nodes.
        setTimeout(() => showBeginning().catch(console.debug), 1500);
    });
    if (main.dataset.id) drawn.observe(main, { subtree: true, childList: true });

    const open = path => id => {
        location.assign("/studio/workflows/" + path.replace("*", encodeURIComponent(id)));
    };
    const provider = document.createElement("elsa-backend-provider");
    provider.setAttribute("remote-endpoint", api);
    const element = document.createElement(main.dataset.element);
    if (main.dataset.element === "elsa-workflow-definition-editor") element.setAttribute("definition-id", main.dataset.id);
    if (main.dataset.element === "elsa-workflow-instance-viewer") element.setAttribute("instance-id", main.dataset.id);
    main.append(provider, element);

    // A callback set before the element is upgraded is lost.
    customElements.whenDefined(main.dataset.element).then(() => {
        element.editWorkflowDefinition = open("definitions/*/edit");
        element.viewWorkflowInstance = open("instances/*/view");
    });
})();
