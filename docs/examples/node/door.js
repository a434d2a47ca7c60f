// A door in Node: npm ci && node door.js 127.0.0.1:50050 staff gate-7 frames/
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const [address, collectionId, cameraId, folder] = process.argv.slice(2);
const protos = fileURLToPath(new URL("../../../protos", import.meta.url));
const definition = loadSync("sureface/access/v1/access.proto", {
  includeDirs: [protos],
  enums: String,
});
const { AccessService } = grpc.loadPackageDefinition(definition).sureface.access.v1;
const mesh = new AccessService(address, grpc.credentials.createInsecure());

// Stands in for a camera: encoded pictures by name, five a second.
async function* frames() {
  for (const name of readdirSync(folder).sort()) {
    yield readFileSync(join(folder, name));
    await sleep(200);
  }
}

function told({ decision, candidate }) {
  if (!decision) return; // about the stream, not about a visitor
  if (decision.verdict === "VERDICT_MATCH") console.log(`open: resembles ${candidate.personId}`);
  else if (decision.verdict === "VERDICT_RECAPTURE") console.log(`ask: ${decision.advices[0]}`);
  else console.log(`stay shut: ${decision.reason}`);
}

// One stream: settings, then frames once the gateway says that it is open.
async function watch(camera) {
  const stream = mesh.IdentifyStream();
  const began = Date.now();
  let open = true;
  stream.on("data", told);
  const over = new Promise((resolve, reject) => {
    stream.on("end", resolve);
    stream.on("error", (e) => (e.code === grpc.status.UNAVAILABLE ? resolve() : reject(e)));
  }).finally(() => (open = false));

  stream.write({ settings: { scene: "access_control", collectionId, cameraId } });
  await Promise.race([once(stream, "data"), over]);
  while (open) {
    const { value, done } = await camera.next();
    if (done) {
      stream.end(); // verdicts that were due are told, then the stream ends
      await over;
      return false;
    }
    const frame = { image: { data: value }, offsetMs: Date.now() - began };
    if (open && !stream.write({ frame })) await Promise.race([once(stream, "drain"), over]);
  }
  await over; // throws what is wrong with the request
  return true;
}

try {
  const camera = frames();
  while (await watch(camera)) await sleep(500); // gateways renew streams every few minutes
} catch (error) {
  console.error(`refused: ${error.details}`);
  process.exitCode = 1;
} finally {
  mesh.close();
}
