"""All jobs of an emulator as JSON lines, as a careful script would fetch them.
usage: scripts.py one|many SIZE [FROM]   (JOBTOP_* as jobtop emulate says)"""
import asyncio, json, os, sys
base, token_url = os.environ["JOBTOP_BASE_URL"], os.environ["JOBTOP_TOKEN_URL"]
form = {"grant_type": "client_credentials", "client_id": os.environ["JOBTOP_CLIENT_ID"],
        "client_secret": os.environ["JOBTOP_CLIENT_SECRET"], "scope": "platformbackup.readwrite.all"}
way, size = sys.argv[1], int(sys.argv[2])
query = f"{base}/backup/vm/jobs?pageSize={size}" + (f"&startTime={sys.argv[3]}" if len(sys.argv) > 3 else "")
write = sys.stdout.write

def put(jobs, seen):
    lines = []
    for job in jobs:
        if job["jobId"] not in seen:
            seen.add(job["jobId"])
            lines.append(json.dumps(job, separators=(",", ":")))
    if lines:
        write("\n".join(lines) + "\n")

def one():
    import requests
    session, seen = requests.Session(), set()
    session.headers["Authorization"] = "Bearer " + session.post(token_url, data=form).json()["access_token"]
    url = query + "&pageNumber=0"
    while True:
        page = json.loads(session.get(url).content)
        put(page["jobs"], seen)
        if not page.get("nextLink"):
            break
        url = f"{query}&skiptoken={page['nextLink']}"
    assert len(seen) == page["totalCount"]

async def many():
    import aiohttp
    seen = set()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=8)) as session:
        async with session.post(token_url, data=form) as answer:
            head = {"Authorization": "Bearer " + (await answer.json())["access_token"]}
        async def page(number):
            async with session.get(f"{query}&pageNumber={number}", headers=head) as answer:
                return json.loads(await answer.read())
        first = await page(0)
        put(first["jobs"], seen)
        numbers = iter(range(1, -(-first["totalCount"] // size)))
        async def worker():
            for number in numbers:
                put((await page(number))["jobs"], seen)
        await asyncio.gather(*(worker() for _ in range(8)))
        assert len(seen) == (await page(0))["totalCount"]

one() if way == "one" else asyncio.run(many())
