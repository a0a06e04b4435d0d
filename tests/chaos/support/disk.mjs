// A small disk in memory, whose free space can be taken away and given back.
import { mkdirSync, statfsSync } from 'node:fs';
import { output } from '../../../packaging/tour/process.mjs';

export class SmallDisk {
  /** Null where this process may not mount. */
  static async mount(folder, megabytes) {
    mkdirSync(folder, { recursive: true });
    const disk = Object.assign(new SmallDisk(), { folder, size: `${megabytes}m` });
    try {
      await output('mount', ['-t', 'tmpfs', '-o', `size=${disk.size},mode=755`, 'chaos', folder]);
    } catch {
      return null;
    }
    return disk;
  }
  #used() {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    return (blocks - bfree) * bsize;
  }
  /** Nothing is free: the disk is made as small as what it holds, which may grow in the same moment. */
  async fill() {
    for (let tries = 0; ; tries += 1) {
      try {
        await output('mount', ['-o', `remount,size=${this.#used()}`, this.folder]);
        return;
      } catch (error) {
        if (tries === 20) throw error;
      }
    }
  }
  relieve() {
    return output('mount', ['-o', `remount,size=${this.size}`, this.folder]);
  }
  unmount() {
    return output('umount', ['--lazy', this.folder]);
  }
}
