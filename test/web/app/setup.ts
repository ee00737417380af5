/** The app's own styles: layout is part of what components promise. Files share one page, so each test clears it. */
import '../../../web/src/app.css';
import { afterEach } from 'vitest';
import { cleanup } from 'vitest-browser-svelte';

afterEach(() => cleanup());
