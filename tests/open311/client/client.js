// SPDX-License-Identifier: Apache-2.0
// client DISCOVERY KEY - drives the npm package open311, as it is, through a whole visit: discovery,
// services, a definition, a request, a token, and reading them back. Prints a line for each step.
'use strict';

const assert = require('assert');
const Open311 = require('open311');

const [discovery, key] = process.argv.slice(2);
const city = new Open311({ discovery, apiKey: key });

// The package answers by callback(error, data).
function ask(method, ...args) {
  return new Promise((resolve, reject) => {
    city[method](...args, (error, data) => (error ? reject(new Error(`${method}: ${data}`)) : resolve(data)));
  });
}

async function report(fields) {
  const [made] = await ask('submitRequest', {
    description: 'Đèn tắt đã ba đêm',
    lat: 10.75,
    long: 106.65,
    email: 'an@example.vn',
    ...fields,
  });
  console.log('submitRequest', made.service_request_id || made.token);
  return made;
}

async function visit() {
  const found = await ask('serviceDiscovery', { cache: true });
  assert.ok(found.contact && found.key_service && found.changeset);
  console.log('serviceDiscovery', city.endpoint);

  const services = await ask('serviceList');
  const light = services.find((service) => service.service_code === 'LIGHT');
  assert.strictEqual(light.metadata, true);
  console.log('serviceList', services.length);

  const definition = await ask('serviceDefinition', 'LIGHT');
  assert.strictEqual(definition.attributes[0].code, 'state');
  console.log('serviceDefinition', definition.attributes.length);

  const made = await report({ service_code: 'LIGHT', attributes: { state: 'off' } });
  const [read] = await ask('serviceRequest', made.service_request_id);
  assert.strictEqual(read.service_request_id, made.service_request_id);
  assert.strictEqual(read.status, 'open');
  assert.ok(read.expected_datetime > read.requested_datetime);
  console.log('serviceRequest', read.status);

  const other = await report({ service_code: 'LIGHT', attributes: { state: 'flicker' } });
  const both = await ask('serviceRequests', [made.service_request_id, other.service_request_id]);
  assert.strictEqual(both.length, 2);
  const open = await ask('serviceRequests', { status: 'open', service_code: 'LIGHT' });
  assert.ok(open.some((request) => request.service_request_id === other.service_request_id));
  console.log('serviceRequests', open.length);

  const later = await report({ service_code: 'BATCH' });
  assert.strictEqual(later.service_request_id, undefined);
  const [become] = await ask('token', later.token);
  assert.strictEqual(become.token, later.token);
  console.log('token', become.service_request_id);

  await assert.rejects(report({ service_code: 'NONE' }), /404.*service_code/);
  console.log('errors are told');
}

visit().catch((error) => {
  console.error(error);
  process.exit(1);
});
