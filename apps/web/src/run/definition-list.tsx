import classes from './definition-list.module.css';

export type Entry = readonly [term: string, value: string];

/** Terms and what they are; an empty value is left out. */
export function DefinitionList({ entries }: { entries: readonly Entry[] }) {
  return (
    <dl className={classes.list}>
      {entries
        .filter(([, value]) => value !== '')
        .map(([term, value]) => (
          <div key={term} className={classes.entry}>
            <dt className={classes.term}>{term}</dt>
            <dd className={classes.value}>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
