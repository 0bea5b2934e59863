// Imported first by every script: says plainly that Node is too old before anything newer than it fails to load.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Precision Lens needs Node 20.19 or newer; this is Node ${process.versions.node}. Get a newer one from https://nodejs.org`);
  process.exit(2);
}
