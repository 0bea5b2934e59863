/** The part of JSON Schema that the schemas shipped here use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

function typesOf(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return typeof value === 'number' && Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as it is shown in one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Where a JSON value is not what its schema says, one line each: `assignments[3].weight is 7, not a string or null`. */
export function violations(value: unknown, schema: JsonSchema, root: JsonSchema = schema, path = ''): string[] {
  const at = path === '' ? 'the file' : path;
  if (schema.$ref !== undefined) {
    return violations(value, root.definitions?.[schema.$ref.replace('#/definitions/', '')] ?? {}, root, path);
  }
  if (schema.type !== undefined && ![schema.type].flat().some((type) => typesOf(value).includes(type))) {
    return [`${at} is ${shown(value)}, not ${[schema.type].flat().join(' or ')}`];
  }
  if ('const' in schema && value !== schema.const) return [`${at} is ${shown(value)}, not ${shown(schema.const)}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is ${shown(value)}, not one of ${schema.enum.map(shown).join(', ')}`];

  const wrong = (schema.allOf ?? []).flatMap((part) => violations(value, part, root, path));
  if (schema.anyOf) {
    const each = schema.anyOf.map((part) => violations(value, part, root, path));
    if (each.every((found) => found.length > 0)) wrong.push(...each[0]);
  }
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity)) wrong.push(`${at} is ${value}, less than ${schema.minimum}`);
    if (value <= (schema.exclusiveMinimum ?? -Infinity)) wrong.push(`${at} is ${value}, not more than ${schema.exclusiveMinimum}`);
    if (value > (schema.maximum ?? Infinity)) wrong.push(`${at} is ${value}, more than ${schema.maximum}`);
  }
  if (typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    wrong.push(`${at} is ${shown(value)}, not of the form ${schema.pattern}`);
  }
  if (Array.isArray(value)) {
    const { items, minItems = 0, maxItems = Infinity } = schema;
    if (value.length < minItems || value.length > maxItems) wrong.push(`${at} has ${value.length} items`);
    if (items) value.forEach((item, i) => wrong.push(...violations(item, items, root, `${path}[${i}]`)));
  }
  if (isObject(value)) {
    const { properties = {}, required = [], additionalProperties } = schema;
    for (const key of required) if (!Object.hasOwn(value, key)) wrong.push(`${at} lacks ${shown(key)}`);
    for (const [key, part] of Object.entries(value)) {
      if (Object.hasOwn(properties, key)) wrong.push(...violations(part, properties[key], root, path === '' ? key : `${path}.${key}`));
      else if (additionalProperties === false) wrong.push(`${at} has ${shown(key)}, which does not belong there`);
      else if (typeof additionalProperties === 'object')
        wrong.push(...violations(part, additionalProperties, root, path === '' ? key : `${path}.${key}`));
    }
  }
  return wrong;
}
