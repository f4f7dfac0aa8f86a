import mdx from '@astrojs/mdx';
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { offline } from './scripts/offline.mjs';
import { terminalThemes } from './src/ui/theme/code-theme.mjs';

const components = Object.fromEntries(
  ['Header', 'Sidebar', 'PageTitle', 'PageSidebar', 'Pagination', 'Footer', 'SkipLink'].map(
    (name) => [name, `./src/ui/starlight/${name}.astro`],
  ),
);

export default defineConfig({
  site: process.env['SITE'] ?? 'http://localhost:4321',
  trailingSlash: 'always',
  devToolbar: { enabled: false },
  integrations: [
    starlight({
      title: { ko: 'Podways', en: 'Podways' },
      favicon: '/favicon.svg',
      defaultLocale: 'ko',
      locales: { ko: { label: '한국어', lang: 'ko' }, en: { label: 'English', lang: 'en' } },
      markdown: { processedDirs: ['./content/'] },
      customCss: [
        './src/ui/theme/fonts.css',
        './src/ui/theme/tokens.css',
        './src/ui/theme/site.css',
      ],
      components,
      disable404Route: true,
      lastUpdated: false,
      pagefind: false,
      credits: false,
      expressiveCode: {
        themes: terminalThemes,
        useStarlightDarkModeSwitch: true,
        useStarlightUiThemeColors: false,
        styleOverrides: { borderRadius: '2px', frames: { shadowColor: 'transparent' } },
      },
    }),
    mdx(),
    offline(),
  ],
  vite: { build: { target: 'es2022' }, worker: { format: 'es' } },
});
