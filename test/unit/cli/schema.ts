/** What of JSON Schema the report's own schema uses. */
interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

function typeOf(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return typeof value === 'number' && Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

/** Where `value` is not what `schema` says; properties that it does not name are violations too. */
export function violations(value: unknown, schema: Schema, root: Schema = schema, path = ''): string[] {
  const { $ref } = schema;
  if ($ref !== undefined) return violations(value, root.definitions![$ref.replace('#/definitions/', '')], root, path);
  const wrong: string[] = [];
  const check = (ok: boolean, what: string): void => {
    if (!ok) wrong.push(`${path}: ${what}`);
  };
  const { anyOf } = schema;
  if (anyOf) {
    const each = anyOf.map((one) => violations(value, one, root, path));
    wrong.push(...(each.find((found) => found.length === 0) ?? each.flat()));
  }
  if (schema.const !== undefined) check(value === schema.const, 'is another constant');
  if (schema.enum) check(schema.enum.includes(value), `is none of ${schema.enum.join()}`);
  if (schema.type !== undefined)
    check(
      [schema.type].flat().some((type) => typeOf(value).includes(type)),
      `is ${typeOf(value).join()}`,
    );
  if (typeof value === 'number') {
    check(value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity), `${value} is out of bounds`);
    check(value > (schema.exclusiveMinimum ?? -Infinity), `${value} is too small`);
  }
  if (typeof value === 'string' && schema.pattern !== undefined) check(new RegExp(schema.pattern).test(value), 'has another form');
  if (Array.isArray(value)) {
    check(value.length >= (schema.minItems ?? 0) && value.length <= (schema.maxItems ?? Infinity), `has ${value.length} items`);
    const { items } = schema;
    if (items) value.forEach((item, i) => wrong.push(...violations(item, items, root, `${path}/${i}`)));
  } else if (typeof value === 'object' && value !== null && schema.properties) {
    for (const key of schema.required ?? []) check(key in value, `lacks ${key}`);
    for (const [key, part] of Object.entries(value)) {
      if (key in schema.properties) wrong.push(...violations(part, schema.properties[key], root, `${path}/${key}`));
      else wrong.push(`${path}: has ${key}, which the schema does not name`);
    }
  }
  return wrong;
}
