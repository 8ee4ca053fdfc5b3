/**
 * A and B are the two names in order, S is the one that comes again; every mark stands alone. The first six are made of
 * words that the built-in model knows.
 */
export const templates = [
  'When [A] and [B] went to the [PLACE] , [S] gave a [OBJECT] to',
  'Then , [A] and [B] went to the [PLACE] . [S] gave a [OBJECT] to',
  'After [A] and [B] went to the [PLACE] , [S] handed a [OBJECT] to',
  'While [A] and [B] were working at the [PLACE] , [S] gave a [OBJECT] to',
  'Then , [A] and [B] had a long day at the [PLACE] . [S] handed a [OBJECT] to',
  'Later that afternoon [A] and [B] went to the [PLACE] , and [S] gave a [OBJECT] to',
  'Yesterday [A] and [B] met at the [PLACE] , and [S] passed a [OBJECT] to',
  'Once [A] and [B] had arrived at the [PLACE] , [S] offered a [OBJECT] to',
  'On Sunday [A] and [B] walked to the [PLACE] . On the way back , [S] gave a [OBJECT] to',
  'As soon as [A] and [B] reached the [PLACE] , [S] handed a [OBJECT] to',
];
