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
  /** The disk is made as small as what it holds and the little that is written in the same moment. */
  async fill() {
    for (let spare = 1 << 20; ; spare *= 2) {
      try {
        await output('mount', ['-o', `remount,size=${this.#used() + spare}`, this.folder]);
        return;
      } catch (error) {
        if (spare > 1 << 28) throw error;
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
