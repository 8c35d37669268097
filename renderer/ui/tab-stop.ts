// Whether controls in this place are stops of the Tab key: within a table only those of the chosen row are.
import { createContext } from 'react';

export const TabStop = createContext(true);
