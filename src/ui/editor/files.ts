import { LitElement, html } from 'lit';

/** Placeholder until the editor is written. */
export class PwFiles extends LitElement {
  protected override createRenderRoot() {
    return this;
  }
  protected override render() {
    return html``;
  }
}
customElements.define('pw-files', PwFiles);
