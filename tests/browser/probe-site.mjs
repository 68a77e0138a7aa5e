import { readFileSync } from "node:fs";
const lines = readFileSync(new URL("../../.artifacts/demo.txt", import.meta.url), "utf8").trim().split("\n");
const people = lines.slice(lines.findIndex(line => /^https?:/.test(line)) + 1).map(line => line.split("\t")).map(([roles, userName, password]) => ({ roles: roles.split("、"), userName, password }));
export const site = { url: "http://127.0.0.1:5391", people, stop: async () => {}, personOf: role => people.find(p => p.roles.includes(role)) };
