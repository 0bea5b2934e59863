import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { energySchema } from '../../../src/analysis/plan/energyConstants.js';
import { profileNames } from '../../../src/analysis/plan/profiles.js';
import { runtimeNames } from '../../../src/analysis/plan/runtimes.js';
import { modelExtensions } from '../../../src/extension/models/files.js';
import { languages } from '../../../src/extension/hover/literal.js';

const file = (name: string) => readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8');
const json = (name: string) => JSON.parse(file(name)) as Record<string, string>;

interface Setting {
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly engines: { readonly vscode: string };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly enablement?: string;
    }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly when: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly customEditors: readonly { readonly viewType: string; readonly selector: readonly { readonly filenamePattern: string }[] }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, Setting>>;
    };
  };
}

const text = file('package.json');
const manifest = JSON.parse(text) as Manifest;
const { commands, keybindings, menus, customEditors, configuration } = manifest.contributes;
const sources = readdirSync(fileURLToPath(new URL('../../../src/extension', import.meta.url)), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => file(`src/extension/${name}`))
  .join('\n');

/** Context keys VS Code sets itself; see its reference of when clauses. */
const builtIn = ['resourceExtname', 'resourceFilename', 'activeCustomEditorId', 'explorerResourceIsFolder', 'isWorkspaceTrusted'];

/** Every condition, of menus and of commands themselves. */
const conditions = [
  ...Object.values(menus)
    .flat()
    .map(({ when }) => when),
  ...commands.map(({ enablement }) => enablement),
  ...keybindings.map(({ when }) => when),
].filter((condition) => condition !== undefined);

const placeholders = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);

describe('the manifest', () => {
  it('gives each command a title in every language, under the product’s name: once, as its category or, where a menu has a like entry, in the title', () => {
    for (const { command, title, category } of commands) {
      expect(title, command).toMatch(/^%.+%$/);
      for (const strings of ['package.nls.json', 'package.nls.ko.json']) {
        const shown = `${category === undefined ? '' : `${category}: `}${json(strings)[title.slice(1, -1)]}`;
        expect(shown, command).toMatch(/^Precision Lens: (?!Precision Lens)./);
      }
    }
  });

  it.each(['package.nls.json', 'package.nls.ko.json'])('finds every text in %s, which has no others', (name) => {
    expect(Object.keys(json(name)).sort()).toEqual([...new Set(placeholders)].sort());
    for (const [key, value] of Object.entries(json(name))) expect(value.trim(), key).not.toBe('');
  });

  it('puts only its own commands into menus', () => {
    const known = new Set(commands.map(({ command }) => command));
    for (const entry of Object.values(menus).flat()) expect(known).toContain(entry.command);
  });

  it('shows commands under conditions that VS Code or the extension sets', () => {
    expect(conditions.length).toBeGreaterThan(5);
    for (const when of conditions) {
      for (const [key] of when.replace(/=~ \/.*?[^\\]\/(?= |$)/g, '').matchAll(/(?<![\w.]|[!=]= )[A-Za-z][\w.]*/g))
        if (key.startsWith('precisionLens.')) expect(sources, when).toContain(`'${key}'`);
        else expect(builtIn, when).toContain(key);
      for (const [, value] of when.matchAll(/activeCustomEditorId [!=]= (\S+)/g))
        expect(customEditors.map(({ viewType }) => viewType)).toContain(value);
      for (const [, value] of when.matchAll(/resourceExtname == \.(\S+)/g)) expect(modelExtensions).toContain(value);
    }
  });

  it('names the commands, editors and settings that the code registers and reads', () => {
    for (const { command } of commands) expect(sources).toContain(`'${command}'`);
    for (const { viewType } of customEditors) expect(sources).toContain(`'${viewType}'`);
    for (const key of Object.keys(configuration.properties)) {
      expect(key).toMatch(/^precisionLens\./);
      expect(sources, key).toContain(`'${key.slice('precisionLens.'.length)}'`);
    }
  });

  it('offers the runtimes that there are, and energy constants as profiles take them', () => {
    const {
      'precisionLens.plan.runtime': runtime,
      'precisionLens.plan.hardware': hardware,
      'precisionLens.plan.energy': energy,
    } = configuration.properties;
    expect(runtime.enum).toEqual(runtimeNames);
    expect(profileNames).toContain(hardware.default);
    expect(Object.keys(energy.properties ?? {})).toEqual(Object.keys(energySchema.properties ?? {}));
  });

  it('opens every kind of model file', () => {
    expect(customEditors.flatMap(({ selector }) => selector.map(({ filenamePattern }) => filenamePattern))).toEqual(
      modelExtensions.map((name) => `*.${name}`),
    );
  });

  it('is active only where it is used: in languages whose strings it hovers, and for panels that come back', () => {
    const panels = ['onWebviewPanel:precisionLens.compare'];
    expect(manifest.activationEvents).toEqual([...languages.map((language) => `onLanguage:${language}`), ...panels]);
  });
});
