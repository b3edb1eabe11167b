// Messages beside what caused them.

export const element = (id) => document.getElementById(id);

// Shows an error in the given place, or clears it.
export function showError(place, text) {
  place.replaceChildren();
  if (!text) return;
  const message = document.createElement('p');
  message.className = 'error';
  message.setAttribute('role', 'alert');
  message.textContent = text;
  place.append(message);
}

export const showStatus = (text) => { element('status').textContent = text; };

// Runs an action with its button disabled; a failure is shown in `place`.
export async function during(button, place, action) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true'); // not `disabled`: that would drop the keyboard focus
  showError(place, '');
  try {
    await action();
  } catch (failure) {
    showError(place, failure.message);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}
