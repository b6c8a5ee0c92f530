// Asks two independent SOQL parsers from npm what they make of queries (a JSON list on standard input).
// Answers for each query: whether Salesforce's own grammar (soql-common, as REST clients use it) takes it, and
// what jetstream's parser read (null when it refuses).

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(`${process.env.SOQL_ORACLE}/`);
const { parseQuery } = require('@jetstreamapp/soql-parser-js');
const { SOQLParser } = require('@salesforce/soql-common/lib/soql-parser');
const salesforce = SOQLParser({ isApex: false, isMultiCurrencyEnabled: false, apiVersion: 58.0 });

function leaves(condition) {
  if (!condition) return [];
  const own = condition.left ? [leaf(condition.left)] : [];
  return own.concat(leaves(condition.right));
}

function leaf(left) {
  const subject = left.fn ? left.fn.rawValue : left.field;
  return [squeezed(subject), left.operator.toUpperCase().replace('<>', '!='), left.valueQuery ? shape(left.valueQuery) : null];
}

const squeezed = (text) => text.replace(/\s+/g, '').toLowerCase();

function column(field) {
  if (field.type === 'FieldSubquery') return shape(field.subquery);
  if (field.type === 'FieldTypeof') return `typeof ${field.field.toLowerCase()} ${field.conditions.length}`;
  return squeezed(field.rawValue ?? field.field);
}

function shape(query) {
  return {
    columns: query.fields.map(column),
    source: (query.sObject ?? query.relationshipName).toLowerCase(),
    where: leaves(query.where),
    groups: [query.groupBy ?? []].flat().length,
    having: leaves(query.having),
    order: [query.orderBy ?? []].flat().map((one) => [
      squeezed(one.fn ? one.fn.rawValue : one.field), one.order === 'DESC', one.nulls ? one.nulls === 'LAST' : null,
    ]),
    limit: query.limit ?? null,
    offset: query.offset ?? null,
  };
}

function answer(text) {
  let read = null;
  try { read = shape(parseQuery(text)); } catch { /* refused */ }
  return { salesforce: salesforce.parseQuery(text).getSuccess(), jetstream: read };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)));
