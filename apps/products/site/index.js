// The products page: the list for an Admin, the search for everybody else.

import { callApi, config, currentUser, hasTokens, signIn, signOut } from './session.js';
import { during, element, showError, showStatus } from './messages.js';

const FIELDS = ['productId', 'productName', 'description'];
const pathOf = (productId) => `/products/${encodeURIComponent(productId)}`;

// ---- The list

let cursor;
let editing; // the product in the editor; undefined for a new one
let removing;

function button(label, action, product) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  made.setAttribute('aria-describedby', rowId(product));
  made.addEventListener('click', action);
  return made;
}

const rowId = (product) => `row-${product.productId}`;

function rowFor(product) {
  const row = document.createElement('tr');
  row.setAttribute('role', 'row');
  row.dataset.productId = product.productId;
  for (const [index, field] of FIELDS.entries()) {
    const cell = document.createElement('td');
    cell.setAttribute('role', 'cell');
    cell.dataset.label = ['Product ID', 'Product name', 'Description'][index];
    cell.textContent = product[field];
    if (index === 0) cell.id = rowId(product);
    row.append(cell);
  }
  const actions = document.createElement('td');
  actions.setAttribute('role', 'cell');
  actions.className = 'row-actions';
  actions.append(button('Edit', () => openEditor(product), product), button('Delete', () => openConfirm(product), product));
  row.append(actions);
  return row;
}

const rowOf = (productId) => [...element('rows').children].find((row) => row.dataset.productId === productId);

function showEmptiness() {
  element('empty').hidden = element('rows').childElementCount > 0 || cursor !== undefined;
  element('load-more').hidden = cursor === undefined;
}

async function loadMore() {
  const query = new URLSearchParams({ limit: '25', ...(cursor !== undefined && { cursor }) });
  const page = await callApi('GET', `/products?${query}`);
  for (const product of page.items) {
    const present = rowOf(product.productId);
    if (present) present.replaceWith(rowFor(product));
    else element('rows').append(rowFor(product));
  }
  cursor = page.cursor;
  showEmptiness();
}

// ---- The editor

function showFieldErrors(errors) {
  for (const field of FIELDS) {
    const problems = errors.filter((error) => error.field === field).map((error) => error.problem);
    const label = document.querySelector(`label[for="${field}"]`).textContent;
    showError(element(`${field}-error`), problems.length > 0 ? `${label} ${problems.join(' and ')}.` : '');
    element(field).setAttribute('aria-invalid', String(problems.length > 0));
  }
}

function openEditor(product) {
  editing = product;
  element('editor-title').textContent = product ? 'Edit product' : 'Create product';
  for (const field of FIELDS) element(field).value = product?.[field] ?? '';
  element('productId').readOnly = product !== undefined;
  showFieldErrors([]);
  showError(element('editor-error'), '');
  showStatus('');
  element('editor').showModal();
  element(product ? 'productName' : 'productId').focus();
}

async function save() {
  const product = Object.fromEntries(FIELDS.map((field) => [field, element(field).value]));
  showFieldErrors([]);
  try {
    const saved = editing ? await callApi('PUT', pathOf(editing.productId), product) : await callApi('POST', '/products', product);
    const row = rowFor(saved);
    const present = rowOf(saved.productId);
    if (present) present.replaceWith(row);
    else element('rows').prepend(row);
    element('editor').close();
    showEmptiness();
    showStatus(`${saved.productName} was ${editing ? 'saved' : 'created'}.`);
    row.querySelector('button').focus();
  } catch (failure) {
    const known = failure.fields?.filter((error) => FIELDS.includes(error.field)) ?? [];
    showFieldErrors(known);
    document.querySelector('#editor [aria-invalid="true"]')?.focus();
    if (known.length === 0 || known.length < failure.fields.length) throw failure;
  }
}

// ---- Deleting

function openConfirm(product) {
  removing = product;
  element('confirm-text').textContent = `${product.productName} (${product.productId}) will be gone for good.`;
  showError(element('confirm-error'), '');
  showStatus('');
  element('confirm').showModal();
  element('confirm-cancel').focus();
}

async function remove() {
  try {
    await callApi('DELETE', pathOf(removing.productId));
  } catch (failure) {
    if (failure.status !== 404) throw failure; // somebody else deleted it: what the user wanted has happened
  }
  rowOf(removing.productId)?.remove();
  element('confirm').close();
  showEmptiness();
  showStatus(`${removing.productName} was deleted.`);
  element('create').focus();
}

// ---- The search

async function search() {
  element('found').hidden = true;
  const productId = element('search-id').value.trim();
  if (productId === '') {
    element('search-id').focus();
    throw new Error('Enter a product ID.');
  }
  try {
    const product = await callApi('GET', pathOf(productId));
    element('found-name').textContent = product.productName;
    element('found-id').textContent = product.productId;
    element('found-description').textContent = product.description;
    element('found').hidden = false;
    showStatus('Found 1 product.');
  } catch (failure) {
    showStatus('');
    if (failure.status === 404) throw new Error(`There is no product with the ID ${productId}.`);
    throw failure;
  }
}

// ---- The page

function showWelcome(text) {
  for (const id of ['who', 'admin', 'reader']) element(id)?.setAttribute('hidden', '');
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
  element('welcome-text').textContent = text;
  element('welcome').hidden = false;
}

function onSubmit(form, buttonId, errorId, action) {
  element(form).addEventListener('submit', (event) => {
    event.preventDefault();
    during(element(buttonId) ?? event.submitter, element(errorId), action);
  });
}

function connect() {
  const onClick = (id, place, action) => element(id).addEventListener('click', () => during(element(id), element(place), action));
  onClick('sign-in', 'page-error', signIn);
  onClick('sign-out', 'page-error', signOut);
  onClick('load-more', 'list-error', loadMore);
  element('create').addEventListener('click', () => openEditor());
  element('editor-cancel').addEventListener('click', () => element('editor').close());
  element('confirm-cancel').addEventListener('click', () => element('confirm').close());
  onSubmit('editor-form', 'editor-save', 'editor-error', save);
  onSubmit('confirm-form', 'confirm-delete', 'confirm-error', remove);
  onSubmit('search', null, 'search-error', search);
  // Signing out in one tab signs out all of them.
  window.addEventListener('storage', (event) => {
    if ((event.key === 'access_token' || event.key === null) && !hasTokens()) showWelcome('Signed out in another tab');
  });
}

async function start() {
  connect();
  const { siteUrl } = await config();
  if (location.origin !== siteUrl) {
    // Sign-in returns to the registered address; another name of the same machine would lose the way.
    location.replace(siteUrl + location.pathname + location.search + location.hash);
    return;
  }
  if (!hasTokens()) {
    const note = sessionStorage.getItem('signed_out');
    if (note === null) return signIn();
    return showWelcome(note);
  }
  const user = currentUser();
  element('user-name').textContent = user.name;
  element('user-role').textContent = user.isAdmin ? 'Admin' : 'Reader';
  element('who').hidden = false;
  // What the other role sees leaves the page: one field of each name, for people and for their tools.
  for (const id of user.isAdmin ? ['reader'] : ['admin', 'editor', 'confirm']) element(id).remove();
  element(user.isAdmin ? 'admin' : 'reader').hidden = false;
  if (user.isAdmin) await during(element('load-more'), element('list-error'), loadMore);
}

start().catch((failure) => showError(element('page-error'), failure.message));
