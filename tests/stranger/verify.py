#!/usr/bin/env python3
"""Checks a draw published after protocol DR-1 from its four files alone. usage: verify.py FOLDER
Written from the published protocol; shares no code with the program that made the draw. 由公开协议独立写成的核验程序。"""
import hashlib, json, os, re, sys, unicodedata

def sha(data): return hashlib.sha256(data).hexdigest()

def need(ok, what):
    if not ok: raise ValueError(what)

def pairs(found):
    need(len(found) == len(dict(found)), "a key stands twice")
    return dict(found)
def no_float(text): raise ValueError("not an integer: " + text)
def plain(value):  # every text in NFC and without control characters
    if isinstance(value, str):
        need(unicodedata.is_normalized("NFC", value), "not NFC: " + value)
        need(not any(unicodedata.category(c) == "Cc" for c in value), "control character: " + repr(value))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else (): plain(inner)
    return value
def load(data): return plain(json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_float=no_float, parse_constant=no_float))
def keys(value, names): need(isinstance(value, dict) and sorted(value) == sorted(names.split()), f"keys of {value}")

def verify(candidates, order_file, reveals_file, result_file):
    need(candidates == b"" or candidates.endswith(b"\n"), "candidates.tsv: no LF at the end")
    lines = candidates.split(b"\n")[:-1]
    need(all(a < b for a, b in zip(lines, lines[1:])), "candidates.tsv: not sorted by bytes")
    strata, rows = {}, [plain(line.decode("utf-8").split("\t")) for line in lines]
    need(all(len(row) == 2 and all(row) for row in rows), "candidates.tsv: not 'stratum TAB id'")
    need(len({row[1] for row in rows}) == len(rows), "candidates.tsv: an id stands twice")
    for name, one in rows: strata.setdefault(name, []).append(one)
    order, reveals, result = load(order_file), load(reveals_file), load(result_file)
    keys(order, "protocol draw kind round listHash strata base ratio parties beacon plannedAt")
    need(json.dumps(order, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == order_file, "order.json: not RFC 8785")
    keys(order["base"], "count date"), keys(order["beacon"], "source date"), keys(reveals, "reveals beacon")
    need(order["protocol"] == "DR-1" and order["kind"] in ("object", "leader", "officer", "expert"), "protocol or kind")
    need(type(order["draw"]) in (str, int) and type(order["round"]) is int and order["round"] > 0 and re.fullmatch(r"[0-9.]+", order["ratio"]), "draw, round or ratio")
    need(order["listHash"] == sha(candidates), "listHash is not the hash of candidates.tsv")
    for s in order["strata"]:
        keys(s, "name size count")
        need(type(s["size"]) is type(s["count"]) is int and s["size"] == len(strata.get(s["name"], [])) and 0 <= s["count"] <= s["size"], f"size or count of {s}")
    need(len({s["name"] for s in order["strata"]}) == len(order["strata"]) and set(strata) <= {s["name"] for s in order["strata"]}, "strata of list and order")
    need(order["parties"] and len({p["name"] for p in order["parties"]}) == len(order["parties"]) == len(reveals["reveals"]), "parties")
    for party, reveal in zip(order["parties"], reveals["reveals"]):
        keys(party, "name commitment"), keys(reveal, "party nonce")
        need(reveal["party"] == party["name"] and re.fullmatch("[0-9a-f]{64}", reveal["nonce"]), f"reveal of {party['name']}")
        need(sha(reveal["nonce"].encode()) == party["commitment"], f"the nonce of {party['name']} is not what was committed to")
    need(reveals["beacon"], "beacon is empty")
    seed = sha(("DR-1\n" + sha(order_file) + "\n" + "".join(r["nonce"] + "\n" for r in reveals["reveals"]) + reveals["beacon"] + "\n").encode())
    drawn = []
    for s in order["strata"]:
        key = hashlib.sha256(f"DR-1|ticket\n{seed}\n{order['kind']}\n{order['round']}\n{s['name']}".encode()).digest()
        ids = sorted(strata.get(s["name"], []), key=lambda one: hashlib.sha256(key + one.encode()).digest())
        drawn.append({"stratum": s["name"], "drawn": ids[:s["count"]], "reserves": ids[s["count"]:]})
    need(result == {"seed": seed, "order": drawn}, f"result.json is not what the files give; seed {seed}")
    return seed, len(rows), sum(len(d["drawn"]) for d in drawn)

if __name__ == "__main__":
    try: print("OK: seed %s, %d candidates, %d drawn" % verify(*(open(os.path.join(sys.argv[1], n), "rb").read() for n in ("candidates.tsv", "order.json", "reveals.json", "result.json"))))
    except (ValueError, OSError, KeyError, TypeError, AttributeError) as e: sys.exit(f"NOT REPRODUCED: {type(e).__name__}: {e}")
