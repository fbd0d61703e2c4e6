/** The awsQuery protocol, server side: form-encoded input, XML out. Generic over schemas; knows no operation. */
import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from './service.ts';
import type { Protocol, WireRequest, WireResponse } from './wire-model.ts';
import { requireRootPath } from './wire-model.ts';

const TIMESTAMP_DATE_TIME = 5;
const SETTINGS = { timestampFormat: { useTrait: true, default: TIMESTAMP_DATE_TIME }, httpBindings: false } as const;
const ESCAPES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' };

/** Decodes single values from text; also used for the labels and query strings of REST. */
export const scalarDeserializer = new FromStringShapeDeserializer(SETTINGS);

export const queryProtocol: Protocol = {
  async parseRequest(request, model) {
    requireRootPath(request);
    const form = openForm(formText(request));
    const action = form.get('Action') ?? '';
    const operation = model.operations.get(action);
    if (operation === undefined) throw new ServiceError('InvalidAction', `Could not find operation ${action}`, 400);
    return { operation, input: operation.input.isUnitSchema() ? {} : parseStructure(operation.input, form, '') };
  },

  renderOutput(operation, output, model, requestId) {
    const result = operation.output.isStructSchema() ? `<${operation.name}Result>${innerXml(operation.output, output)}</${operation.name}Result>` : '';
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return xmlResponse(200, `<${operation.name}Response xmlns="${model.xmlNamespace}">${result}${metadata}</${operation.name}Response>`, requestId);
  },

  renderError(error, model, requestId) {
    const modelled = model.errors.get(error.code)?.query;
    const status = modelled?.status ?? error.status;
    const type = status < 500 ? 'Sender' : 'Receiver';
    const body = `<Error><Type>${type}</Type><Code>${escapeXml(modelled?.code ?? error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>`;
    return xmlResponse(status, `<ErrorResponse xmlns="${model.xmlNamespace}">${body}<RequestId>${requestId}</RequestId></ErrorResponse>`, requestId);
  },
};

type Form = { get: (key: string) => string | undefined; has: (prefix: string) => boolean };

/** Query APIs may be called with GET too; then the parameters are in the URL. */
function formText(request: WireRequest): string {
  return request.method === 'GET' ? request.query.toString() : new TextDecoder().decode(request.body);
}

function openForm(text: string): Form {
  const values = new Map(new URLSearchParams(text));
  const prefixes = new Set<string>();
  for (const key of values.keys()) {
    const parts = key.split('.');
    for (let length = 1; length <= parts.length; length += 1) prefixes.add(parts.slice(0, length).join('.'));
  }
  return { get: (key) => values.get(key), has: (prefix) => prefixes.has(prefix) };
}

function parseStructure(schema: NormalizedSchema, form: Form, prefix: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const key = joinKeys(prefix, member.getMergedTraits().xmlName ?? name);
    if (form.has(key)) result[name] = parseMember(member, form, key);
  }
  return result;
}

function parseMember(schema: NormalizedSchema, form: Form, key: string): unknown {
  if (schema.isStructSchema()) return parseStructure(schema, form, key);
  if (schema.isListSchema()) return parseList(schema, form, key);
  if (schema.isMapSchema()) return parseMap(schema, form, key);
  const text = form.get(key);
  return text === undefined ? undefined : scalarDeserializer.read(schema, text);
}

function parseList(schema: NormalizedSchema, form: Form, key: string): unknown[] {
  const member = schema.getValueSchema();
  const base = schema.getMergedTraits().xmlFlattened ? key : joinKeys(key, member.getMergedTraits().xmlName ?? 'member');
  const items: unknown[] = [];
  for (let index = 1; form.has(`${base}.${index}`); index += 1) items.push(parseMember(member, form, `${base}.${index}`));
  return items;
}

function parseMap(schema: NormalizedSchema, form: Form, key: string): Record<string, unknown> {
  const base = schema.getMergedTraits().xmlFlattened ? key : joinKeys(key, 'entry');
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const entries: Record<string, unknown> = {};
  for (let index = 1; form.has(`${base}.${index}`); index += 1) {
    const name = form.get(`${base}.${index}.${keyName}`) ?? '';
    entries[name] = parseMember(schema.getValueSchema(), form, `${base}.${index}.${valueName}`);
  }
  return entries;
}

function joinKeys(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

/** The serializer names the outer element after the shape; AWS names it after the operation, so only the content is kept. */
function innerXml(schema: NormalizedSchema, value: unknown): string {
  const serializer = new XmlShapeSerializer({ ...SETTINGS, xmlNamespace: '', serviceNamespace: '' });
  serializer.write(schema, value ?? {});
  const xml = String(serializer.flush());
  return xml.endsWith('/>') && xml.lastIndexOf('<') === 0 ? '' : xml.slice(xml.indexOf('>') + 1, xml.lastIndexOf('</'));
}

function xmlResponse(status: number, xml: string, requestId: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body: new TextEncoder().encode(xml) };
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => ESCAPES[character] ?? character);
}
