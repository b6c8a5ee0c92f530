// jsforce 3 against the local org: sign-in, queries, single rows, many rows, composite, describe, limits, bulk.

import { createRequire } from 'node:module';
import { finish, holds, refused, same, step } from './steps.mjs';

const require = createRequire(`${process.env.CLIENT_FOLDER}/`);
const jsforce = require('jsforce');
const { ORG_URL, ORG_CLIENT_ID, ORG_CLIENT_SECRET, API_VERSION } = process.env;
const noRules = { headers: { 'Sforce-Auto-Assign': 'FALSE' } };

const oauth2 = { loginUrl: ORG_URL, clientId: ORG_CLIENT_ID, clientSecret: ORG_CLIENT_SECRET };
const org = new jsforce.Connection({ oauth2, version: API_VERSION, instanceUrl: ORG_URL });
org.bulk2.pollInterval = 50;
org.bulk2.pollTimeout = 20_000;

const made = [];
const leads = (count, company) =>
  Array.from({ length: count }, (_, number) => ({ LastName: `Js ${number}`, Company: company }));

await step('signs in by client credentials and learns who it is', async () => {
  await org.authorize({ grant_type: 'client_credentials' });
  const me = await org.identity();
  same(me.username, 'robot@acme.example', 'user name');
});
await step('lists the API versions', async () => {
  const versions = await org.request('/services/data');
  holds(versions.some((one) => one.version === API_VERSION), `${API_VERSION} is listed`);
});

await step('creates, reads, changes and deletes one lead', async () => {
  const answer = await org.sobject('Lead').create({ LastName: 'One', Company: "O'Neil" }, noRules);
  same([answer.success, answer.errors], [true, []], 'answer of create');
  const row = await org.sobject('Lead').retrieve(answer.id);
  same([row.Name, row.attributes.type, row.IsConverted], ['One', 'Lead', false], 'the row');
  await org.sobject('Lead').update({ Id: answer.id, City: 'Rome' }, noRules);
  same((await org.sobject('Lead').retrieve(answer.id)).City, 'Rome', 'city');
  same((await org.sobject('Lead').destroy(answer.id)).success, true, 'delete');
  await refused('ENTITY_IS_DELETED', () => org.sobject('Lead').retrieve(answer.id));
});
await step('is told which fields are missing, unknown or of the wrong kind', async () => {
  const lead = org.sobject('Lead');
  await refused('REQUIRED_FIELD_MISSING', () => lead.create({ LastName: 'x' }));
  await refused('INVALID_FIELD', () => lead.create({ LastName: 'x', Company: 'y', Nothing__c: 1 }));
  await refused('STRING_TOO_LONG', () => lead.create({ LastName: 'x'.repeat(81), Company: 'y' }));
  await refused('MALFORMED_QUERY', () => org.query('SELECT FROM Lead'));
  await refused('INVALID_TYPE', () => org.query('SELECT Id FROM Nothing__c'));
});
await step('makes 450 leads in collections of 200', async () => {
  const answers = await org.sobject('Lead').create(leads(450, 'Paging'), { allowRecursive: true, ...noRules });
  same(answers.length, 450, 'answers');
  holds(answers.every((one) => one.success), 'every row was made');
  made.push(...answers.map((one) => one.id));
});
await step('reads, changes and deletes many rows, one of them refused by itself', async () => {
  const rows = await org.sobject('Lead').retrieve(made.slice(0, 150));
  same(rows.length, 150, 'rows read');
  const changed = await org.sobject('Lead').update(
    [{ Id: made[0], City: 'Bonn' }, { Id: made[1], Email: 'nonsense' }, { Id: made[2], City: 'Bern' }], noRules);
  same(changed.map((one) => one.success), [true, false, true], 'successes');
  const code = changed[1].errors[0].statusCode ?? changed[1].errors[0].errorCode;
  same(code, 'INVALID_EMAIL_ADDRESS', 'the refusal');
  const gone = await org.sobject('Lead').destroy(made.splice(0, 50));
  holds(gone.length === 50 && gone.every((one) => one.success), '50 rows deleted');
});
await step('all or nothing undoes the good row with the bad one', async () => {
  const answers = await org.sobject('Lead').create(
    [{ LastName: 'Good', Company: 'Both' }, { LastName: 'Bad' }], { allOrNone: true, ...noRules });
  same(answers.map((one) => one.success), [false, false], 'successes');
  same((await org.query("SELECT Id FROM Lead WHERE Company = 'Both'")).totalSize, 0, 'rows left');
});
await step('pages through 400 leads by locator, and fetches them all by itself', async () => {
  const soql = "SELECT Id, LastName FROM Lead WHERE Company = 'Paging' ORDER BY Id";
  const first = await org.query(soql, { headers: { 'Sforce-Query-Options': 'batchSize=200' } });
  same([first.totalSize, first.records.length, first.done], [400, 200, false], 'first page');
  const second = await org.queryMore(first.nextRecordsUrl);
  same([second.records.length, second.done], [200, true], 'second page');
  const all = await org.query(soql, { autoFetch: true, maxFetch: 1000 });
  same(new Set(all.records.map((row) => row.Id)).size, 400, 'different rows');
});
await step('sees deleted rows with scanAll (queryAll)', async () => {
  const soql = "SELECT Id FROM Lead WHERE Company = 'Paging' AND IsDeleted = true";
  same((await org.query(soql, { scanAll: true })).totalSize, 50, 'deleted rows');
});
await step('finds rows with its own query builder, parents and children', async () => {
  const found = await org.sobject('Account').find({ Name: 'Acme' }, 'Id, Name, Owner.Name').include('Contacts')
    .select('Id, LastName').end().execute();
  same([found[0].Owner.Name, found[0].Contacts.records[0].LastName], ['Sarah Lee', 'Carla'], 'row');
  const counted = await org.query('SELECT Company, COUNT(Id) n FROM Lead GROUP BY Company HAVING COUNT(Id) > 5');
  same([counted.records[0].Company, counted.records[0].n], ['Paging', 400], 'aggregate');
});
await step('upserts by external id: makes, then changes', async () => {
  const lead = { Outside_Key__c: 'js-1', LastName: 'Up', Company: 'Shop' };
  const first = await org.sobject('Lead').upsert(lead, 'Outside_Key__c', noRules);
  const again = await org.sobject('Lead').upsert({ ...lead, City: 'Oslo' }, 'Outside_Key__c', noRules);
  same([first.success, again.success], [true, true], 'successes');
  const row = (await org.query("SELECT City FROM Lead WHERE Outside_Key__c = 'js-1'")).records;
  same(row.map((one) => one.City), ['Oslo'], 'city');
});
await step('sends a composite call whose second part uses the first', async () => {
  const base = `/services/data/v${API_VERSION}`;
  const body = await org.requestPost(`${base}/composite`, { allOrNone: true, compositeRequest: [
    { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'account', body: { Name: 'Composite' } },
    { method: 'POST', url: `${base}/sobjects/Contact`, referenceId: 'contact',
      body: { LastName: 'Member', AccountId: '@{account.id}' } },
  ] });
  same(body.compositeResponse.map((one) => one.httpStatusCode), [201, 201], 'status of each part');
});
await step('describes the org, Lead and Task', async () => {
  const all = await org.describeGlobal();
  holds(all.sobjects.some((one) => one.name === 'Lead' && one.keyPrefix === '00Q'), 'Lead is listed');
  const lead = await org.sobject('Lead').describe();
  const owner = lead.fields.find((field) => field.name === 'OwnerId');
  same(owner.referenceTo, ['Group', 'User'], 'what a lead owner may be');
  const task = await org.describe('Task');
  holds(task.fields.some((field) => field.name === 'WhoId' && field.polymorphicForeignKey), 'WhoId is polymorphic');
});
await step('reads the limits and the usage of each answer', async () => {
  const limits = await org.limits();
  holds(limits.DailyApiRequests.Max > limits.DailyApiRequests.Remaining, 'calls are counted');
  holds(org.limitInfo.apiUsage.used > 0, 'usage came with an answer');
});
await step('asks what was changed and deleted (replication calls)', async () => {
  const [start, end] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 120_000)];
  const updated = await org.sobject('Lead').updated(start, end);
  holds(updated.ids.length >= 400 && updated.latestDateCovered, 'changed leads are named');
  const deleted = await org.sobject('Lead').deleted(start, end);
  holds(deleted.deletedRecords.length >= 50 && deleted.earliestDateAvailable, 'deleted leads are named');
});
await step('lists custom fields over the Tooling API', async () => {
  const fields = await org.tooling.query("SELECT Id, DeveloperName FROM CustomField WHERE DeveloperName = 'Tier'");
  same(fields.totalSize, 1, 'custom fields found');
});
await step('Bulk API 2.0: loads 300 leads, two of them refused', async () => {
  const rows = leads(300, 'Bulk').concat([{ LastName: '', Company: 'Bulk' }, { LastName: 'x'.repeat(90), Company: 'Bulk' }]);
  const results = await org.bulk2.loadAndWaitForResults({ object: 'Lead', operation: 'insert', input: rows });
  const { successfulResults, failedResults, unprocessedRecords } = results;
  same([successfulResults.length, failedResults.length, unprocessedRecords.length], [300, 2, 0], 'results');
  same(failedResults.map((row) => row.sf__Error.split(':')[0]), ['REQUIRED_FIELD_MISSING', 'STRING_TOO_LONG'], 'errors');
});
await step('Bulk API 2.0: upserts, updates and deletes by CSV', async () => {
  const rows = [{ Outside_Key__c: 'js-1', City: 'Bulk' }, { Outside_Key__c: 'js-2', LastName: 'New', Company: 'Bulk' }];
  for (const row of rows) { row.LastName ??= ''; row.Company ??= ''; row.City ??= ''; }
  const up = await org.bulk2.loadAndWaitForResults(
    { object: 'Lead', operation: 'upsert', externalIdFieldName: 'Outside_Key__c', input: rows });
  same([up.successfulResults.length, up.failedResults.length], [2, 0], 'upserted');
  same(up.successfulResults.map((row) => row.sf__Created).sort(), ['false', 'true'], 'created or not');
  const ids = (await org.query("SELECT Id FROM Lead WHERE Outside_Key__c IN ('js-1', 'js-2')")).records;
  const gone = await org.bulk2.loadAndWaitForResults(
    { object: 'Lead', operation: 'delete', input: ids.map((row) => ({ Id: row.Id })) });
  same(gone.successfulResults.length, 2, 'deleted');
});
await step('Bulk API 2.0: queries in pages of locators', async () => {
  const stream = await org.bulk2.query("SELECT Id, LastName FROM Lead WHERE Company = 'Bulk'",
    { pollInterval: 50, pollTimeout: 20_000 });
  const rows = await stream.toArray();
  same(rows.length, 300, 'rows');
});
await step('Bulk API 2.0: a query that is wrong fails the job or is refused', async () => {
  let refusal = null;
  try {
    await (await org.bulk2.query('SELECT Nothing FROM Lead')).toArray();
  } catch (problem) { refusal = problem; }
  holds(refusal !== null, 'it was refused');
  holds(/Nothing/.test(refusal.message), `the refusal names the field: ${refusal.message}`);
});
await step('an ended session is refused with INVALID_SESSION_ID', async () => {
  await org.logout();
  const late = new jsforce.Connection({ instanceUrl: ORG_URL, accessToken: 'gone', version: API_VERSION });
  const problem = await refused('INVALID_SESSION_ID', () => late.query('SELECT Id FROM Lead'));
  holds(/Session expired/.test(problem.message), 'the sentence');
});
finish();
