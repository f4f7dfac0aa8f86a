// What Starlight adds to Astro.locals; its package does not export the declaration by a name.
// oxlint-disable-next-line typescript/triple-slash-reference -- an import would need a module
/// <reference path="../node_modules/@astrojs/starlight/dist/global.d.ts" />
