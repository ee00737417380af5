/** Icons as plain markup: the package makes each from a list, with code that weighs 1 kB on every page. */
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

type Shape = [tag: string, attributes: Record<string, string>];

const icon = /[\\/]@lucide[\\/]svelte[\\/]dist[\\/]icons[\\/][\w-]+\.svelte$/;
const frame = fileURLToPath(new URL('src/lib/ui/Icon.svelte', import.meta.url));

export const plainIcons: Plugin = {
  name: 'plain icons',
  enforce: 'pre',
  transform: {
    filter: { id: icon },
    handler(source) {
      const data = /const iconData = (\{.*\});/.exec(source)?.[1];
      if (data === undefined) throw new Error('The icons of @lucide/svelte have another form than before.');
      const shapes = (JSON.parse(data) as { node: Shape[] }).node.map(([tag, attributes]) => {
        const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
        return `<${tag} ${written.join(' ')} />`;
      });
      return `<script>
  import Icon from ${JSON.stringify(frame)};
  let props = $props();
</script>
<Icon {...props}>${shapes.join('')}</Icon>`;
    },
  },
};
