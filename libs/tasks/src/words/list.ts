/** Words written between spaces and line ends. */
export const words = (text: string): readonly string[] => text.trim().split(/\s+/);
