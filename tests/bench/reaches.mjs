// What each benchmark is to reach.
const quickDisk = 300; // us: a slower disk caps the inbox, whatever the hub does

export const reaches = {
  inbox: ({ ratio, p99_ms, fsync_us }) =>
    fsync_us < quickDisk
      ? { said: 'ratio ≥ 1.6, p99 < 50 ms', reached: ratio >= 1.6 && p99_ms < 50 }
      : { said: 'p99 < 50 ms (slow disk)', reached: p99_ms < 50 },
  'inbox-node': ({ ratio }) => ({ said: 'ratio ≥ 5', reached: ratio >= 5 }),
  pages: ({ ratio, also }) => ({
    said: 'ratio ≥ 0.35, unchanged ≥ 3 × new',
    reached: ratio >= 0.35 && also.unchanged_by_new >= 3,
  }),
  translate: ({ ratio }) => ({ said: 'ratio ≥ 0.2', reached: ratio >= 0.2 }),
  front: ({ ratio }) => ({ said: 'ratio ≥ 0.5', reached: ratio >= 0.5 }),
  crowd: ({ p99_ms }) => ({ said: 'p99 < 50 ms', reached: p99_ms < 50 }),
  start: ({ figure, rss_mb, also }) => ({
    said: '< 300 ms, < 60 MB, growth < 10 MB',
    reached: figure < 300 && rss_mb < 60 && also.growth_mb < 10,
  }),
  publish: ({ ratio }) => ({ said: 'ratio < 1', reached: ratio < 1 }),
};
